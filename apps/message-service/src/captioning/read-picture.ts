import type { Chunk } from '@ekphrasis/contracts';
import { addAbortSignal, type Readable } from 'node:stream';
import { UploadRefusedError } from '@ekphrasis/images';
import { pictureTypeOf } from '@ekphrasis/pictures';

/**
 * Reads a picture from a client's chunks. What is too large is not read to its end.
 * @param call a stream of chunks
 * @param signal ends the reading, and the stream
 * @throws {UploadRefusedError} `upload-missing`, `upload-too-large`, `upload-not-a-picture`; `upload-unreadable` where the client ends the call
 */
export async function readPicture(call: Readable, mostBytes: number, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const { data } of chunksOf(call, signal)) {
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

async function* chunksOf(call: Readable, signal: AbortSignal): AsyncGenerator<Chunk, void> {
  try {
    yield* addAbortSignal(signal, call) as AsyncIterable<Chunk>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    throw new UploadRefusedError('upload-unreadable', 'The client ended the call before the picture');
  }
}
