import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { diskError } from './disk-error.js';
import type { HubClient, HubFile } from './hub-client.js';
import { reasonOf } from './hub-connection.js';
import { matchesHubDigest } from './hub-digest.js';
import { HubError } from './hub-error.js';
import { withRetries } from './with-retries.js';

/** Half a minute without a byte. */
const mostAttempts = 8;

export interface Download {
  client: HubClient;
  repository: string;
  file: HubFile;
  /** Where the file shall lie. */
  path: string;
  /** Hears how much of the file is there, in bytes. */
  onProgress?: (bytes: number) => void;
  signal?: AbortSignal;
}

/**
 * Downloads a file of the hub. A part that is there already, of this run or an earlier one, is kept and continued: it is
 * named after the digest, so that parts of different versions never mix. The file appears under its own name only once
 * its digest is right. Without a digest nothing is continued, and only the size is looked at.
 * @throws HubError
 */
export async function downloadFile(download: Download): Promise<void> {
  const { path, file, onProgress } = download;
  const had = await sizeOf(path);
  if (had > 0 && file.digest !== undefined && (await matchesHubDigest(path, file.digest))) {
    onProgress?.(had);
    return;
  }
  const partial = partialPath(path, file);
  if (file.digest === undefined) await rm(partial, { force: true });
  const kept = await sizeOf(partial);
  await downloadAll(download, partial);
  if (!(await isAsAnnounced(partial, file))) {
    await rm(partial);
    if (kept === 0) throw wrongBytes(download);
    await downloadAll(download, partial); // what an earlier run had left was spoilt
    if (!(await isAsAnnounced(partial, file))) {
      await rm(partial);
      throw wrongBytes(download);
    }
  }
  await rename(partial, path);
}

/** Where a file lies until it is whole. */
export function partialPath(path: string, { digest }: Pick<HubFile, 'digest'>): string {
  return `${path}.${digest === undefined ? '' : `${digest.slice(0, 16)}.`}partial`;
}

/** How many bytes of a file need not be downloaded any more. */
export async function keptBytes(path: string, file: HubFile): Promise<number> {
  return Math.max(await sizeOf(path), await sizeOf(partialPath(path, file)));
}

async function isAsAnnounced(path: string, { digest, bytes }: HubFile): Promise<boolean> {
  if (digest !== undefined) return matchesHubDigest(path, digest);
  return bytes === undefined || (await sizeOf(path)) === bytes;
}

/** Goes on until all is there; only attempts that bring nothing count towards giving up. */
async function downloadAll(download: Download, partial: string): Promise<void> {
  let before = await sizeOf(partial);
  const hasProgressed = async (): Promise<boolean> => {
    const now = await sizeOf(partial);
    const grown = now > before;
    before = now;
    return grown;
  };
  await withRetries(() => downloadRest(download, partial), { mostAttempts, hasProgressed, signal: download.signal });
}

async function downloadRest(
  { client, repository, file, onProgress, signal }: Download,
  partial: string,
): Promise<void> {
  const kept = await sizeOf(partial);
  if (file.bytes !== undefined && kept === file.bytes) return;
  const resumable = file.digest !== undefined && kept < (file.bytes ?? Infinity);
  const { body, start } = await client.open(repository, file, resumable ? kept : 0, signal);
  let bytes = start;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onProgress?.((bytes += chunk.length));
      done(null, chunk);
    },
  });
  try {
    await pipeline(body, counter, createWriteStream(partial, { flags: start > 0 ? 'a' : 'w' }), { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw diskError(cause, partial) ?? interrupted(`${repository}/${file.name}`, bytes, cause);
  }
  if (file.bytes !== undefined && bytes < file.bytes) throw interrupted(`${repository}/${file.name}`, bytes);
}

function interrupted(what: string, bytes: number, cause?: unknown): HubError {
  const why = cause === undefined ? '' : `: ${reasonOf(cause)}`;
  return new HubError('hub-unavailable', `${what}: the connection ended after ${bytes} bytes${why}`, { cause });
}

function wrongBytes({ repository, file }: Download): HubError {
  const expected = file.digest === undefined ? `${file.bytes} bytes` : `the digest ${file.digest}`;
  return new HubError('hub-checksum', `${repository}/${file.name}: what arrived does not have ${expected}`);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
