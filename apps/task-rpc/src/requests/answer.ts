/** The body of an answer; it is kept and sent as this text, so that a repeated request gets it byte by byte. */
export function okAnswer(correlationId: string, data: unknown): string {
  return JSON.stringify({ correlation_id: correlationId, status: 'ok', data, error: null });
}

/** @param correlationId null where the request could not be told */
export function errorAnswer(correlationId: string | null, error: string): string {
  return JSON.stringify({ correlation_id: correlationId, status: 'error', data: null, error });
}
