import type { ReadBody } from './task-request.js';

const mask = '***';
const secretFields = ['auth', 'password'];
/** A secret in a text that could not be parsed: the field's name, and what is quoted behind it, even where the end is missing. */
const secretInText = /("(?:auth|password)"\s*:\s*)"(?:[^"\\]|\\[\s\S])*(?:"|$)/gi;

export interface DeadRequest {
  readonly read: ReadBody;
  readonly reason: string;
  readonly correlationId: string | undefined;
  readonly replyTo: string | undefined;
  /** Those of the message. */
  readonly headers: object;
}

/** The body of a dead letter: the request with its secrets masked, and why nobody could serve it. */
export function deadLetterBody({ read, reason, correlationId, replyTo, headers }: DeadRequest): Buffer {
  const letter = {
    failed_at: new Date().toISOString(),
    reason,
    request: masked(read.body),
    correlation_id: correlationId ?? null,
    reply_to: replyTo ?? null,
  };
  try {
    return Buffer.from(JSON.stringify({ ...letter, headers }));
  } catch {
    // nested deeper than a stack is high
    return Buffer.from(JSON.stringify({ ...letter, headers: {} }));
  }
}

function masked(body: unknown): unknown {
  if (typeof body === 'string') return maskedText(body);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { data } = body as { data?: unknown };
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  return { ...withoutSecrets(body), ...(isObject && { data: withoutSecrets(data) }) };
}

function withoutSecrets(fields: object): object {
  const given = secretFields.filter((name) => Boolean((fields as Record<string, unknown>)[name]));
  return { ...fields, ...Object.fromEntries(given.map((name) => [name, mask])) };
}

function maskedText(text: string): string {
  return text.replace(secretInText, `$1"${mask}"`);
}
