import { CommaList, Duration, IntegerBetween, Text } from '@ekphrasis/configuration';
import { isNetwork } from './http/address-policy.js';
import { isNameServer } from './names/system-resolver.js';

/** How pictures are downloaded from the URLs of strangers. */
export class FetchingSettings {
  /** The largest picture in bytes, counted while it arrives and, if it is compressed on its way, after unpacking. Default 20 MiB. */
  @IntegerBetween(1, 1024 ** 3) FETCH_MAX_BYTES = 20 * 1024 ** 2;

  /** Longest time of one download in milliseconds, with look-ups, both schemes and all redirects. */
  @Duration() FETCH_TIMEOUT_MS = 15_000;

  /** Longest time in milliseconds to look up a name, and again to connect and agree on TLS, each time. */
  @Duration() FETCH_CONNECT_TIMEOUT_MS = 5_000;

  /** Downloads that may take longer than three seconds at a time, beside those of the jobs in hand; of one host a quarter of these. */
  @IntegerBetween(1, 1_000) FETCH_SLOW_DOWNLOADS = 64;

  /** How long pictures wait for a host that does not answer, in milliseconds, before they are given up. Default an hour. */
  @Duration() FETCH_HOST_PATIENCE_MS = 3_600_000;

  /** Whom to ask for the addresses of names, e.g. `1.1.1.1,9.9.9.9:53`. Default: the name servers of the system. */
  @CommaList('a comma-separated list of addresses such as 1.1.1.1 or 127.0.0.1:53', isNameServer)
  FETCH_NAME_SERVERS: readonly string[] = [];

  /**
   * Networks that may be reached although they are not on the public internet, e.g. `127.0.0.0/8,::1/128,10.0.0.0/8`.
   * For local use and tests only: whoever may post a URL can then make workers call servers in those networks.
   */
  @CommaList('a comma-separated list of networks such as 10.0.0.0/8', isNetwork)
  FETCH_ALLOWED_NETWORKS: readonly string[] = [];

  /** What we call ourselves to the servers that we download from. */
  @Text() FETCH_USER_AGENT = 'Ekphrasis/0.1 (picture captioning)';
}
