import type { Chunk } from '@ekphrasis/contracts';
import { UploadRefusedError } from '@ekphrasis/images';
import { pictureTypeOf } from '@ekphrasis/pictures';

/**
 * Reads a picture from a client's chunks. What is too large is not read to its end.
 * @throws {UploadRefusedError} `upload-missing`, `upload-too-large`, `upload-not-a-picture`
 */
export async function readPicture(chunks: AsyncIterable<Chunk>, mostBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const { data } of chunks) {
    bytes += data.byteLength;
    if (bytes > mostBytes) {
      throw new UploadRefusedError('upload-too-large', `Expected at most ${mostBytes} bytes but received more`);
    }
    parts.push(data);
  }
  if (bytes === 0) throw new UploadRefusedError('upload-missing', 'Expected the bytes of a picture but received none');
  const picture = Buffer.concat(parts);
  if (pictureTypeOf(picture)) return picture;
  throw new UploadRefusedError(
    'upload-not-a-picture',
    'Expected the bytes of a JPEG, PNG, WebP, GIF, AVIF or TIFF picture but received something else',
  );
}
