import { AddressPolicy } from './address-policy.js';
import type { FetchingSettings } from './fetching.settings.js';
import { createGuardedConnector } from './guarded-connector.js';
import { HttpPictureFetcher } from './http-picture-fetcher.js';
import type { PictureFetcher } from './picture-fetcher.js';
import { resolveWithSystem, type ResolveHost } from './resolve-host.js';

export interface FetcherDependencies {
  /** Finds the addresses of names. Default: the system's resolver. */
  resolve?: ResolveHost;
  /** Whose certificates are believed, in PEM. Default: those that Node.js believes. */
  certificateAuthority?: string;
}

/** A fetcher that reaches the public internet and the allowed networks, and nothing else. Opens no connection yet. */
export function createPictureFetcher(
  settings: FetchingSettings,
  dependencies: FetcherDependencies = {},
): PictureFetcher {
  const connect = createGuardedConnector({
    policy: new AddressPolicy(settings.FETCH_ALLOWED_NETWORKS),
    resolve: dependencies.resolve ?? resolveWithSystem,
    timeoutMs: settings.FETCH_CONNECT_TIMEOUT_MS,
    certificateAuthority: dependencies.certificateAuthority,
  });
  return new HttpPictureFetcher({
    connect,
    maxBytes: settings.FETCH_MAX_BYTES,
    timeoutMs: settings.FETCH_TIMEOUT_MS,
    userAgent: settings.FETCH_USER_AGENT,
  });
}
