import { CodedError, type Deferral } from '@ekphrasis/errors';

/**
 * | code | meaning | retryable |
 * |---|---|---|
 * | `url-invalid` | not an http(s) URL that we take, or a redirect to such a one | no |
 * | `address-forbidden` | the host, or one of the addresses of its name, is not on the public internet | no |
 * | `host-not-found` | the name does not exist | no |
 * | `dns-unavailable` | the name could not be looked up now | yes |
 * | `lookups-busy` | too many names are being looked up: this request was not tried | yes, at no cost |
 * | `host-unavailable` | the host has not answered for a while, or asks for time: this download was not tried | yes, later, at no cost |
 * | `host-busy` | as many slow downloads as may be are under way from this host, or from all | yes, later, at no cost |
 * | `connection-failed` | refused, unreachable, no TLS agreed, or cut off before the end | yes |
 * | `fetch-timeout` | an answer or the rest of it did not come in time, or the server said so (408) | yes |
 * | `not-found` | 404, 410 | no |
 * | `access-denied` | 401, 402, 403, 407, 451 | no |
 * | `rate-limited` | 425, 429: come back later | yes; at no cost where it says when |
 * | `http-client-error` | any other 4xx, a 1xx, or a 3xx that leads nowhere | no |
 * | `http-server-error` | 5xx | yes; at no cost where a 503 says when |
 * | `too-many-redirects` | more than five | no |
 * | `body-too-large` | more bytes than the limit, announced or sent | no |
 * | `body-unreadable` | a content coding that is unknown or broken | no |
 * | `empty-body` | an answer without a body | no |
 */
export type FetchErrorCode = keyof typeof retryableByCode;

const retryableByCode = {
  'url-invalid': false,
  'address-forbidden': false,
  'host-not-found': false,
  'dns-unavailable': true,
  'lookups-busy': true,
  'host-unavailable': true,
  'host-busy': true,
  'connection-failed': true,
  'fetch-timeout': true,
  'not-found': false,
  'access-denied': false,
  'rate-limited': true,
  'http-client-error': false,
  'http-server-error': true,
  'too-many-redirects': false,
  'body-too-large': false,
  'body-unreadable': false,
  'empty-body': false,
} as const;

/** Why there was no picture, or no answer. The message may be shown to the person who gave the URL. */
export class FetchError extends CodedError {
  declare readonly code: FetchErrorCode;

  constructor(code: FetchErrorCode, message: string, cause?: unknown, deferral?: Deferral) {
    super(code, message, {
      retryable: retryableByCode[code],
      attemptCounts: code !== 'lookups-busy',
      cause,
      deferral,
    });
  }
}
