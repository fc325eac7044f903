import { FetchError, type FetchErrorCode } from './fetching.errors.js';

const CODES: Readonly<Record<number, FetchErrorCode>> = {
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

/** What an answer that is neither a picture nor a redirect means. */
export function httpStatusError(status: number, url: URL): FetchError {
  const code = CODES[status] ?? (status >= 500 ? 'http-server-error' : 'http-client-error');
  return new FetchError(code, `${url.host} answered with status ${status}`);
}
