import { FetchError, type FetchErrorCode } from './fetching.errors.js';
import { retryTime } from './retry-after.js';

const codes: Readonly<Record<number, FetchErrorCode>> = {
  401: 'access-denied',
  402: 'access-denied',
  403: 'access-denied',
  404: 'not-found',
  407: 'access-denied',
  408: 'fetch-timeout',
  410: 'not-found',
  425: 'rate-limited',
  429: 'rate-limited',
  451: 'access-denied',
};
const maySayWhen = new Set([429, 503]);
/** For how long pictures wait for a server that asks for time again and again. */
const patienceMs = 24 * 3_600_000;

/**
 * What an answer that is neither a picture nor a redirect means.
 * @param retryAfter the header, where it has one
 */
export function httpStatusError(status: number, { host }: URL, retryAfter?: string): FetchError {
  const code = codes[status] ?? (status >= 500 ? 'http-server-error' : 'http-client-error');
  const until = maySayWhen.has(status) ? retryTime(retryAfter) : undefined;
  const deferral = until === undefined ? undefined : { key: host, until, patienceMs };
  return new FetchError(code, `${host} answered with status ${status}`, undefined, deferral);
}
