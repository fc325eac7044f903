const shortestMs = 1_000;
const longestMs = 24 * 3_600_000;
const imfDate = /^[A-Z][a-z]{2,8},? /;

/**
 * When a server wants to be asked again by its `Retry-After` (RFC 9110, 10.2.3: seconds, or an HTTP date), in milliseconds of
 * `Date.now()`: in a second at the earliest, in a day at the latest. Undefined where it says nothing that can be read.
 */
export function retryTime(header: string | undefined, now = Date.now()): number | undefined {
  const text = header?.trim() ?? '';
  const waitMs = /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : imfDate.test(text) ? Date.parse(text) - now : NaN;
  return Number.isNaN(waitMs) ? undefined : now + Math.min(Math.max(waitMs, shortestMs), longestMs);
}
