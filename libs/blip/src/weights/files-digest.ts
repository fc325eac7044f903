import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The SHA-256 of files one behind the other, in hexadecimal; of a single file it is the file's own. */
export async function filesDigest(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
