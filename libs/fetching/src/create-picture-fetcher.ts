import type { FetchingSettings } from './fetching.settings.js';
import { HostGate } from './hosts/host-gate.js';
import { createHttpClient, type HttpClientDependencies } from './http/create-http-client.js';
import { HttpPictureFetcher } from './http-picture-fetcher.js';
import type { PictureFetcher } from './picture-fetcher.js';

/** One host may have a quarter of the slow downloads. */
const sharesOfSlowDownloads = 4;

/** A fetcher that reaches the public internet and the allowed networks, and nothing else. Opens no connection yet. */
export function createPictureFetcher(
  settings: FetchingSettings,
  dependencies: HttpClientDependencies = {},
): PictureFetcher {
  const gate = new HostGate({
    slowDownloads: settings.FETCH_SLOW_DOWNLOADS,
    slowDownloadsOfAHost: Math.ceil(settings.FETCH_SLOW_DOWNLOADS / sharesOfSlowDownloads),
    patienceMs: settings.FETCH_HOST_PATIENCE_MS,
  });
  return new HttpPictureFetcher({
    client: createHttpClient(settings, dependencies),
    gate,
    maxBytes: settings.FETCH_MAX_BYTES,
    timeoutMs: settings.FETCH_TIMEOUT_MS,
  });
}
