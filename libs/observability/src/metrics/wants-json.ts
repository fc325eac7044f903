/**
 * Whether an `Accept` header (RFC 9110, section 12.5.1) asks for JSON by its name, and for no text more. Prometheus names its own
 * formats, and what takes anything gets text.
 */
export function wantsJson(accept: string | undefined): boolean {
  const qualities = new Map<string, number>();
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    qualities.set(type, quality === undefined ? 1 : Number(quality) || 0);
  }
  const quality = (type: string): number => qualities.get(type) ?? 0;
  const json = quality('application/json');
  return json > 0 && json >= Math.max(quality('text/plain'), quality('application/openmetrics-text'));
}
