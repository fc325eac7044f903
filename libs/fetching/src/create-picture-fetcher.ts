import { AddressPolicy } from './address-policy.js';
import type { FetchingSettings } from './fetching.settings.js';
import { createGuardedConnector } from './guarded-connector.js';
import { HttpPictureFetcher } from './http-picture-fetcher.js';
import type { PictureFetcher } from './picture-fetcher.js';
import { HostGate } from './hosts/host-gate.js';
import { NameLookups } from './names/name-lookups.js';
import type { ResolveHost } from './names/resolve-host.js';
import { createSystemResolver } from './names/system-resolver.js';

/** Above the downloads of a worker, so that none of them waits unless others were left behind. */
const lookupsAtATime = 256;
/** One host may have a quarter of the slow downloads. */
const sharesOfSlowDownloads = 4;

export interface FetcherDependencies {
  /** Finds the addresses of names. Default: as the system does, or by `FETCH_NAME_SERVERS`. */
  resolve?: ResolveHost;
  /** Whose certificates are believed, in PEM. Default: those that Node.js believes. */
  certificateAuthority?: string;
}

/** A fetcher that reaches the public internet and the allowed networks, and nothing else. Opens no connection yet. */
export function createPictureFetcher(
  settings: FetchingSettings,
  dependencies: FetcherDependencies = {},
): PictureFetcher {
  const timeoutMs = settings.FETCH_CONNECT_TIMEOUT_MS;
  const resolve =
    dependencies.resolve ?? createSystemResolver({ servers: settings.FETCH_NAME_SERVERS, timeoutMs: timeoutMs / 2 });
  const names = new NameLookups(resolve, { concurrency: lookupsAtATime, timeoutMs });
  const connect = createGuardedConnector({
    policy: new AddressPolicy(settings.FETCH_ALLOWED_NETWORKS),
    names,
    timeoutMs,
    certificateAuthority: dependencies.certificateAuthority,
  });
  const gate = new HostGate({
    slowDownloads: settings.FETCH_SLOW_DOWNLOADS,
    slowDownloadsOfAHost: Math.ceil(settings.FETCH_SLOW_DOWNLOADS / sharesOfSlowDownloads),
    patienceMs: settings.FETCH_HOST_PATIENCE_MS,
  });
  return new HttpPictureFetcher({
    connect,
    names,
    gate,
    maxBytes: settings.FETCH_MAX_BYTES,
    timeoutMs: settings.FETCH_TIMEOUT_MS,
    userAgent: settings.FETCH_USER_AGENT,
  });
}
