import { Writable, type Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FetchError } from '../fetching.errors.js';

// Servers are asked for `identity`; some compress all the same.
const unpackers: Readonly<Record<string, () => Transform>> = {
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
 * @throws FetchError `body-too-large`, `body-unreadable`; whatever the stream fails with
 */
export async function readBody(body: Readable, headers: BodyHeaders, largest: number): Promise<Uint8Array> {
  const collector = new Collector(largest);
  if (Number(headers.length) > largest) throw collector.tooLarge();
  const encoding = headers.encoding?.trim().toLowerCase() || 'identity';
  if (encoding === 'identity') await pipeline(body, collector);
  else await unpack(body, encoding, collector);
  return collector.bytes();
}

async function unpack(body: Readable, encoding: string, collector: Collector): Promise<void> {
  const createDecoder = unpackers[encoding];
  if (!createDecoder) {
    throw new FetchError(
      'body-unreadable',
      `The answer is packed as ${JSON.stringify(encoding)}, which we do not read`,
    );
  }
  try {
    await pipeline(body, createDecoder(), collector);
  } catch (error) {
    if (!isDecoderError(error)) throw error;
    throw new FetchError('body-unreadable', `The answer is not the ${encoding} that it says it is`, error);
  }
}

/** Keeps what is written to it, up to a limit. */
class Collector extends Writable {
  private total = 0;
  private readonly chunks: Uint8Array[] = [];

  constructor(private readonly largest: number) {
    super();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.total += chunk.length;
    this.chunks.push(chunk);
    done(this.total > this.largest ? this.tooLarge() : undefined);
  }

  tooLarge(): FetchError {
    return new FetchError('body-too-large', `The answer has more than ${this.largest} bytes`);
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.chunks, this.total);
  }
}

function isDecoderError(error: unknown): boolean {
  return /^(?:Z_|ERR__ERROR_|ERR_BROTLI_|ERR_PADDING_)/.test((error as NodeJS.ErrnoException).code ?? '');
}
