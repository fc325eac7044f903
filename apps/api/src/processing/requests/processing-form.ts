import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { ProcessingOperation, ProcessingOptions } from '@ekphrasis/contracts';
import { InvalidRequestError, isCodedError } from '@ekphrasis/errors';
import { UploadRefusedError } from '@ekphrasis/images';
import { describe, wellFormed } from '@ekphrasis/validation';
import { readOperations } from './operations.js';
import { readProcessingOptions } from './processing-options.js';

/** A picture that a client has sent, and what is to be done with it. */
export interface UploadForm {
  picture: Buffer;
  /** As the client named it; null where it gave no name. */
  fileName: string | null;
  operations: ProcessingOperation[];
  options?: ProcessingOptions;
}

const fields = ['operations', 'options'];
const longestName = 255;

/**
 * Reads the form of an upload: a picture in the part `file`, before or behind it the fields `operations` and `options` (JSON).
 * Fields of other names are passed over. Whether the bytes are a picture a worker finds out; that they are meant as one the
 * part's content type says.
 * @throws {UploadRefusedError} {InvalidRequestError}
 */
export async function readProcessingForm(request: FastifyRequest): Promise<UploadForm> {
  const given = new Map<string, unknown>();
  let file: { picture: Buffer; fileName: string | null } | undefined;
  if (request.isMultipart()) {
    for await (const part of partsOf(request)) {
      if (part.type === 'file') file = await fileOf(part);
      else if (fields.includes(part.fieldname)) keepField(given, part);
    }
  }
  if (!file) throw new UploadRefusedError('upload-missing', 'Expected a picture in the part file but received none');
  const operations = readOperations(given.get('operations'));
  const options = readProcessingOptions(parsed(given.get('options')));
  return { ...file, operations, ...(options && { options }) };
}

async function* partsOf(request: FastifyRequest): AsyncGenerator<Multipart> {
  try {
    yield* request.parts();
  } catch (error) {
    throw unreadable(error);
  }
}

async function fileOf(part: Multipart & { type: 'file' }): Promise<{ picture: Buffer; fileName: string | null }> {
  // at once: what follows of a form that is refused is not waited for
  if (part.fieldname !== 'file') {
    throw new UploadRefusedError(
      'upload-missing',
      `Expected the picture in the part file but received ${describe(part.fieldname)}`,
    );
  }
  if (!/^image\/[\w.+-]+/i.test(part.mimetype)) {
    throw new InvalidRequestError([
      `Expected image/… for the content type of file but received ${describe(part.mimetype)}`,
    ]);
  }
  const picture = await part.toBuffer().catch((error: unknown) => {
    throw unreadable(error);
  });
  return { picture, fileName: nameOf(part.filename) };
}

function nameOf(name: string | undefined): string | null {
  const shown = wellFormed((name ?? '').replaceAll('\0', ''));
  return shown === '' ? null : [...shown].slice(0, longestName).join('');
}

function keepField(
  given: Map<string, unknown>,
  { fieldname, value, valueTruncated }: Multipart & { type: 'field' },
): void {
  if (given.has(fieldname)) throw new InvalidRequestError([`Expected one field ${fieldname} but received several`]);
  if (valueTruncated) throw new InvalidRequestError([`Expected less for ${fieldname} but received too much`]);
  given.set(fieldname, value);
}

/** A field's text as JSON; a part that called itself JSON was parsed with the form. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.trim() === '') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    throw new InvalidRequestError([`Expected a JSON object for options but received ${describe(value)}`]);
  }
}

function unreadable(error: unknown): unknown {
  if (isCodedError(error)) return error;
  const { code, message } = error as Error & { code?: string };
  return new UploadRefusedError(code === 'FST_REQ_FILE_TOO_LARGE' ? 'upload-too-large' : 'upload-unreadable', message);
}
