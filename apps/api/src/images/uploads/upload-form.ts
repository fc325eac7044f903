import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { InvalidRequestError } from '@ekphrasis/errors';
import {
  captionOptionNames,
  readCaptionOptions,
  SubmittedDetails,
  UploadRefusedError,
  type IncomingPicture,
  type SubmittedOptions,
  type UploadedPicture,
} from '@ekphrasis/images';
import { pictureTypeOf } from '@ekphrasis/pictures';
import { describe, refuseUnexpected, wellFormed } from '@ekphrasis/validation';

/** The picture in the form of a request, not yet read. */
export function incomingPicture(request: FastifyRequest): IncomingPicture {
  const length = request.headers['content-length'];
  return {
    announcedBytes: length === undefined ? undefined : Number(length),
    read: () => readUploadForm(request),
  };
}

const known: ReadonlySet<string> = new Set(['tag', 'options', ...captionOptionNames]);

/**
 * Reads the form of an upload: one file, whatever its field is called, and before it or behind it the fields `tag` and `options`
 * (JSON), or each option as a field of its own. Fields of other names are passed over.
 * @throws {UploadRefusedError} {InvalidRequestError}
 */
export async function readUploadForm(request: FastifyRequest): Promise<UploadedPicture> {
  const fields = new Map<string, unknown>();
  let picture: Buffer | undefined;
  for await (const part of partsOf(request)) {
    if (part.type === 'file') picture = await pictureOf(part);
    else if (known.has(part.fieldname)) keepField(fields, part);
  }
  if (!picture) throw new UploadRefusedError('upload-missing', 'Expected one file part in the form but received none');
  return { picture, details: detailsOf(fields) };
}

async function* partsOf(request: FastifyRequest): AsyncGenerator<Multipart> {
  try {
    yield* request.parts();
  } catch (error) {
    throw unreadable(error);
  }
}

async function pictureOf(part: Multipart & { type: 'file' }): Promise<Buffer> {
  const picture = await part.toBuffer().catch((error: unknown) => {
    throw unreadable(error);
  });
  // at once: what follows of a form that is refused is not waited for
  if (pictureTypeOf(picture)) return picture;
  throw new UploadRefusedError(
    'upload-not-a-picture',
    'Expected the bytes of a JPEG, PNG, WebP, GIF, AVIF or TIFF picture but received something else',
  );
}

function keepField(
  fields: Map<string, unknown>,
  { fieldname, value, valueTruncated }: Multipart & { type: 'field' },
): void {
  if (fields.has(fieldname)) throw new InvalidRequestError([`Expected one field ${fieldname} but received several`]);
  if (valueTruncated) throw new InvalidRequestError([`Expected less for ${fieldname} but received too much`]);
  fields.set(fieldname, value);
}

function detailsOf(fields: ReadonlyMap<string, unknown>): SubmittedDetails {
  const details = new SubmittedDetails();
  if (fields.has('tag')) Object.assign(details, { tag: fields.get('tag') });
  refuseUnexpected(details);
  if (details.tag !== undefined) details.tag = wellFormed(details.tag);
  const options = optionsOf(fields);
  if (options) details.options = options;
  return details;
}

function optionsOf(fields: ReadonlyMap<string, unknown>): SubmittedOptions | undefined {
  const together = readCaptionOptions(parsed(fields.get('options')));
  const singles = captionOptionNames.filter((name) => fields.has(name));
  const twice = singles.find((name) => together?.[name] !== undefined);
  if (twice) throw new InvalidRequestError([`Expected ${twice} once but received it in options and as a field`]);
  const single = readCaptionOptions(
    Object.fromEntries(singles.map((name) => [name, numberOf(name, fields.get(name))])),
    '',
  );
  return together && single ? Object.assign(together, single) : (together ?? single);
}

/** A field's text as JSON; a part that called itself JSON was parsed with the form. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new InvalidRequestError([`Expected a JSON object for options but received ${describe(value)}`]);
  }
}

function numberOf(name: string, value: unknown): unknown {
  return name !== 'prompt' && typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

function unreadable(error: unknown): unknown {
  if (error instanceof UploadRefusedError || error instanceof InvalidRequestError) return error;
  const { code, message } = error as Error & { code?: string };
  return new UploadRefusedError(code === 'FST_REQ_FILE_TOO_LARGE' ? 'upload-too-large' : 'upload-unreadable', message);
}
