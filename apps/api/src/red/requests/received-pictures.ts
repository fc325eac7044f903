import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { InvalidRequestError } from '@ekphrasis/errors';
import { wellFormed } from '@ekphrasis/validation';
import { PicturesRefusedError } from '../red.errors.js';

/** A picture as a client has sent it; nobody has looked at it yet. */
export interface ReceivedPicture {
  /** As the client named it; null where it gave no name. */
  fileName: string | null;
  picture: Buffer;
}

export const mostPictures = 32;
const longestName = 255;
const expectedTypes =
  'Expected multipart/form-data, image/* or application/octet-stream for the content type but received another one';
/** Parts that are no files are passed over. */
const mostParts = 256;

/**
 * The pictures of a request, in their order, read one after the other as they are asked for: the files of a form, or the body itself.
 * @param mostBytes of one picture
 * @throws {PicturesRefusedError} {InvalidRequestError}, while they are read
 */
export async function* receivedPictures(request: FastifyRequest, mostBytes: number): AsyncGenerator<ReceivedPicture> {
  if (request.isMultipart()) yield* filesOf(request, mostBytes);
  else if (request.body instanceof Readable) yield await bodyOf(request.body, mostBytes);
  else if (request.headers['content-type'] === undefined) throw nothingReceived();
  else throw new PicturesRefusedError('upload-not-a-picture', expectedTypes);
}

async function* filesOf(request: FastifyRequest, mostBytes: number): AsyncGenerator<ReceivedPicture> {
  const limits = { fileSize: mostBytes, files: mostPictures, fields: mostParts, parts: mostParts };
  let count = 0;
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type !== 'file') continue;
      count += 1;
      yield { fileName: nameOf(part), picture: await part.toBuffer() };
    }
  } catch (error) {
    throw refusal(error);
  }
  if (count === 0) throw nothingReceived();
}

async function bodyOf(body: Readable, mostBytes: number): Promise<ReceivedPicture> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > mostBytes) throw tooLarge(`Expected at most ${mostBytes} bytes but received more`);
      pieces.push(piece);
    }
  } catch (error) {
    throw refusal(error);
  }
  if (bytes === 0) throw nothingReceived();
  return { fileName: null, picture: Buffer.concat(pieces) };
}

/** A name that a database takes. */
function nameOf({ filename }: MultipartFile): string | null {
  const name = wellFormed(filename?.replaceAll('\0', '') ?? '');
  return name === '' ? null : [...name].slice(0, longestName).join('');
}

function refusal(error: unknown): unknown {
  if (error instanceof PicturesRefusedError) return error;
  const { code, message } = error as Error & { code?: string };
  if (code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge(message);
  if (code === 'FST_FILES_LIMIT') {
    return new InvalidRequestError([`Expected at most ${mostPictures} files but received more`]);
  }
  return new PicturesRefusedError('upload-unreadable', message, error);
}

function tooLarge(detail: string): PicturesRefusedError {
  return new PicturesRefusedError('upload-too-large', detail);
}

function nothingReceived(): PicturesRefusedError {
  return new PicturesRefusedError('upload-missing', 'Expected at least one picture but received none');
}
