import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file's bytes, or the path at which they lie. */
export type Content = Buffer | string;

export interface StandInCommit {
  /** 40 hexadecimal digits. */
  commit: string;
  files: Readonly<Record<string, Content>>;
}

export interface StandInRepository {
  /** `gated` wants a token, and tells so; `private` is to strangers as if it were not there. `public` by default. */
  access?: 'public' | 'private' | 'gated';
  /** By branch, tag, `refs/pr/<n>`; each commit answers under its own name besides. */
  revisions: Readonly<Record<string, StandInCommit>>;
}

/** What is put up for large files at the hub: these kinds, by the `.gitattributes` that every model repository begins with. */
export function isLarge(name: string): boolean {
  return /\.(bin|safetensors|h5|pt|msgpack)$/.test(name);
}

/** SHA-256, by which large files are known, or git's blob SHA-1 of small ones. */
export async function digestOf(name: string, content: Content): Promise<string> {
  const size = await sizeOf(content);
  const hash: Hash = isLarge(name) ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
  await pipeline(bytesOf(content), hash);
  return hash.digest('hex');
}

export async function sizeOf(content: Content): Promise<number> {
  return typeof content === 'string' ? (await stat(content)).size : content.length;
}

/** @param end the first byte that is not wanted any more */
export function bytesOf(content: Content, start = 0, end = Infinity): Readable {
  if (typeof content === 'string') return createReadStream(content, { start, end: end - 1 });
  return Readable.from([content.subarray(start, end)]);
}
