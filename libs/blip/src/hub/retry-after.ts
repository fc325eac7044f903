/**
 * Reads `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
 * @returns milliseconds from `now`; undefined where there is none or it cannot be read
 */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
