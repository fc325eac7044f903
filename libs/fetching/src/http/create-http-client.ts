import type { FetchingSettings } from '../fetching.settings.js';
import { NameLookups } from '../names/name-lookups.js';
import type { ResolveHost } from '../names/resolve-host.js';
import { createSystemResolver } from '../names/system-resolver.js';
import { AddressPolicy } from './address-policy.js';
import { createGuardedConnector } from './guarded-connector.js';
import { HttpClient } from './http-client.js';

/** Above the downloads of a worker, so that none of them waits unless others were left behind. */
const usualLookupsAtATime = 256;

export interface HttpClientDependencies {
  /** Finds the addresses of names. Default: as the system does, or by `FETCH_NAME_SERVERS`. */
  resolve?: ResolveHost;
  /** Whose certificates are believed, in PEM. Default: those that Node.js believes. */
  certificateAuthority?: string;
  /** Connections to one host (`host:port`) at a time. Default: 16. */
  connectionsToAHost?: number;
  /** Names that are looked up at a time. Default: 256. */
  lookupsAtATime?: number;
}

/** A client that reaches the public internet and the allowed networks, and nothing else. Opens no connection yet. */
export function createHttpClient(settings: FetchingSettings, dependencies: HttpClientDependencies = {}): HttpClient {
  const timeoutMs = settings.FETCH_CONNECT_TIMEOUT_MS;
  const resolve =
    dependencies.resolve ?? createSystemResolver({ servers: settings.FETCH_NAME_SERVERS, timeoutMs: timeoutMs / 2 });
  const names = new NameLookups(resolve, {
    concurrency: dependencies.lookupsAtATime ?? usualLookupsAtATime,
    timeoutMs,
  });
  const connect = createGuardedConnector({
    policy: new AddressPolicy(settings.FETCH_ALLOWED_NETWORKS),
    names,
    timeoutMs,
    certificateAuthority: dependencies.certificateAuthority,
  });
  const { connectionsToAHost } = dependencies;
  return new HttpClient({ connect, names, userAgent: settings.FETCH_USER_AGENT, connectionsToAHost });
}
