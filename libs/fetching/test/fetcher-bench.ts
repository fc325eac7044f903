import type { RequestListener } from 'node:http';
import { createPictureFetcher, FetchingSettings, type PictureFetcher, type ResolveHost } from '@ekphrasis/fetching';
import { PictureServer } from './picture-server.js';

export const PICTURE = Buffer.from('\x89PNG a cat on a mat');
export const LARGEST = 100_000;

const fetchers: PictureFetcher[] = [];
const servers: PictureServer[] = [];

/** A fetcher that may reach 127.0.0.1 and, like the public internet's others, no other loopback address. */
export function fetcherWith(settings: Partial<FetchingSettings> = {}, resolve?: ResolveHost): PictureFetcher {
  const defaults = { FETCH_MAX_BYTES: LARGEST, FETCH_ALLOWED_NETWORKS: ['127.0.0.1'], FETCH_TIMEOUT_MS: 10_000 };
  const fetcher = createPictureFetcher(
    Object.assign(new FetchingSettings(), defaults, settings),
    resolve ? { resolve } : {},
  );
  fetchers.push(fetcher);
  return fetcher;
}

export async function serve(answer: RequestListener, address?: string, port?: number): Promise<PictureServer> {
  const server = await PictureServer.start(answer, address, port);
  servers.push(server);
  return server;
}

export function servePicture(address?: string, port?: number): Promise<PictureServer> {
  return serve((_, response) => response.end(PICTURE), address, port);
}

export function redirectTo(location: () => string, status = 302): Promise<PictureServer> {
  return serve((_, response) => response.writeHead(status, { location: location() }).end());
}

/** Ends all that a test began. */
export async function clearBench(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await Promise.all(fetchers.splice(0).map((fetcher) => fetcher.close()));
}
