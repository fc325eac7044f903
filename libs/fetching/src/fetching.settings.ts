import { CommaList, Duration, IntegerBetween, Text } from '@ekphrasis/configuration';
import { isNetwork } from './address-policy.js';

/** How pictures are downloaded from the URLs of strangers. */
export class FetchingSettings {
  /** The largest picture in bytes, counted while it arrives and, if it is compressed on its way, after unpacking. Default 20 MiB. */
  @IntegerBetween(1, 1024 ** 3) FETCH_MAX_BYTES = 20 * 1024 ** 2;

  /** Longest time of one download in milliseconds, with look-ups, both schemes and all redirects. */
  @Duration() FETCH_TIMEOUT_MS = 15_000;

  /** Longest time in milliseconds to look up a name, connect and agree on TLS, each time. */
  @Duration() FETCH_CONNECT_TIMEOUT_MS = 5_000;

  /**
   * Networks that may be reached although they are not on the public internet, e.g. `127.0.0.0/8,::1/128,10.0.0.0/8`.
   * For local use and tests only: whoever may post a URL can then make workers call servers in those networks.
   */
  @CommaList('a comma-separated list of networks such as 10.0.0.0/8', isNetwork)
  FETCH_ALLOWED_NETWORKS: readonly string[] = [];

  /** What we call ourselves to the servers that we download from. */
  @Text() FETCH_USER_AGENT = 'Ekphrasis/0.1 (picture captioning)';
}
