import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Whether a tag is a digest: SHA-256 (64 hexadecimal digits), or git's blob SHA-1 (40). One of another form proves nothing. */
export function isHubDigest(tag: string): boolean {
  return /^([0-9a-f]{64}|[0-9a-f]{40})$/.test(tag);
}

/** Whether a file is what the hub's digest says. */
export async function matchesHubDigest(path: string, digest: string): Promise<boolean> {
  const { size } = await stat(path);
  const hash = hashOf(digest, size);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex') === digest;
}

function hashOf(digest: string, size: number): Hash {
  return digest.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}
