import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FetchError } from './fetching.errors.js';

// Servers are asked for `identity`; some compress all the same.
const UNPACK: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** What a server says of the body that it sends. Nothing of it is believed but what ends the download early. */
export interface BodyHeaders {
  length: string | undefined;
  encoding: string | undefined;
}

/**
 * Collects a body, and stops the moment that it is larger than the limit, announced or sent, packed or unpacked.
 * @throws FetchError `body-too-large`, `body-unreadable`, `empty-body`; whatever the stream fails with
 */
export async function readBody(body: Readable, headers: BodyHeaders, largest: number): Promise<Uint8Array> {
  if (Number(headers.length) > largest) throw tooLarge(largest);
  const encoding = headers.encoding?.trim().toLowerCase() || 'identity';
  const bytes = encoding === 'identity' ? await collect(body, largest) : await unpack(body, encoding, largest);
  if (bytes.length === 0) throw new FetchError('empty-body', 'The answer has no body');
  return bytes;
}

async function unpack(body: Readable, encoding: string, largest: number): Promise<Uint8Array> {
  const createDecoder = UNPACK[encoding];
  if (!createDecoder)
    throw new FetchError(
      'body-unreadable',
      `The answer is packed as ${JSON.stringify(encoding)}, which we do not read`,
    );
  try {
    return await pipeline(body, createDecoder(), (unpacked: AsyncIterable<Uint8Array>) => collect(unpacked, largest));
  } catch (error) {
    if (!isDecoderError(error)) throw error;
    throw new FetchError('body-unreadable', `The answer is not the ${encoding} that it says it is`, error);
  }
}

async function collect(body: AsyncIterable<Uint8Array>, largest: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > largest) throw tooLarge(largest);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}

function tooLarge(largest: number): FetchError {
  return new FetchError('body-too-large', `The picture has more than ${largest} bytes`);
}

function isDecoderError(error: unknown): boolean {
  return /^(?:Z_|ERR__ERROR_|ERR_BROTLI_|ERR_PADDING_)/.test((error as NodeJS.ErrnoException).code ?? '');
}
