import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * Whether a file is what the hub's digest says: SHA-256 (64 hexadecimal digits), or git's blob SHA-1 (40). A digest of
 * another form proves nothing, so it never matches.
 */
export async function matchesHubDigest(path: string, digest: string): Promise<boolean> {
  const { size } = await stat(path);
  const hash = /^[0-9a-f]{64}$/.test(digest)
    ? createHash('sha256')
    : /^[0-9a-f]{40}$/.test(digest)
      ? createHash('sha1').update(`blob ${size}\0`)
      : undefined;
  if (!hash) return false;
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex') === digest;
}
