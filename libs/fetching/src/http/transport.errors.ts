import { CodedError, isCodedError } from '@ekphrasis/errors';
import { FetchError } from '../fetching.errors.js';

const tooSlow = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** What an error of a socket, of TLS or of undici means for a request. A coded error that lies beneath wins. */
export function toFetchError(error: unknown, url: URL): CodedError {
  if (isCodedError(error)) return error;
  const { code, message, cause } = error as NodeJS.ErrnoException & { cause?: unknown };
  if (isCodedError(cause)) return cause;
  if (tooSlow.has(code ?? '')) return new FetchError('fetch-timeout', `${url.host} took too long to answer`, error);
  return new FetchError('connection-failed', `The connection to ${url.host} failed: ${message || code}`, error);
}
