import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { CodedError } from '@ekphrasis/errors';
import type { ObjectStorage } from '@ekphrasis/storage';
import type { StorageIdentity } from '../storage-identity/storage-identity.service.js';
import type { ImageIntake, Submission } from './image-intake.service.js';
import { PictureUpload } from './picture-upload.service.js';

/** The image of an earlier request with the same key. */
const earlier = 5;
const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

describe('PictureUpload', () => {
  let objects: Map<string, Uint8Array>;
  let submitted: Submission[];
  let submit: (submission: Submission) => Promise<number>;
  let upload: PictureUpload;

  beforeEach(() => {
    objects = new Map();
    submitted = [];
    submit = async ({ reserved }) => reserved!.imageId;
    const storage = {
      write: async (key: string, bytes: Uint8Array) => void objects.set(key, bytes),
      remove: async (key: string) => void objects.delete(key),
    } as Partial<ObjectStorage> as ObjectStorage;
    const intake = {
      reserve: async () => ({ imageId: 17, nonce: 'aa' }),
      accept: async (submission: Submission) => {
        submitted.push(submission);
        const imageId = await submit(submission);
        return { imageId, isNew: imageId !== earlier };
      },
    } as Partial<ImageIntake> as ImageIntake;
    const identity = { ensure: async () => 'ours' } as Partial<StorageIdentity> as StorageIdentity;
    upload = new PictureUpload(intake, storage, identity);
  });

  type Part = { type: 'file'; toBuffer: () => Promise<Buffer> } | { type: 'field'; fieldname: string; value: unknown };

  const filePart = (bytes: Buffer, failure?: Error): Part => ({
    type: 'file',
    toBuffer: async () => {
      if (failure) throw failure;
      return bytes;
    },
  });
  const field = (fieldname: string, value: unknown): Part => ({ type: 'field', fieldname, value });

  function requestOf(...parts: Part[]): FastifyRequest {
    return { headers: {}, parts: () => Readable.from(parts) } as unknown as FastifyRequest;
  }

  function requestWith(bytes: Buffer | undefined, failure?: Error): FastifyRequest {
    return requestOf(...(bytes ? [filePart(bytes, failure)] : []));
  }

  it('stores the picture before its image is committed', async () => {
    submit = async () => {
      expect(objects.get('pictures/17-aa')).toEqual(png);
      return 17;
    };
    expect(await upload.accept(requestWith(png))).toBe(17);
    expect(submitted).toEqual([
      {
        reserved: { imageId: 17, nonce: 'aa' },
        pictureKey: 'pictures/17-aa',
        storageId: 'ours',
        idempotency: undefined,
      },
    ]);
    expect([...objects.keys()]).toEqual(['pictures/17-aa']);
  });

  it('keeps the picture where its image got another id than the reserved one', async () => {
    submit = async () => 10_000_017;
    expect(await upload.accept(requestWith(png))).toBe(10_000_017);
    expect([...objects.keys()]).toEqual(['pictures/17-aa']);
  });

  it('knows the same picture again by its bytes', async () => {
    await upload.accept(requestWith(png), 'key');
    await upload.accept(requestWith(Buffer.from(png)), 'key');
    await upload.accept(requestWith(Buffer.concat([png, png])), 'key');
    const [first, second, third] = submitted.map(({ idempotency }) => idempotency?.fingerprint);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('keeps no second copy where the key was used before with the same picture', async () => {
    submit = async () => earlier;
    expect(await upload.accept(requestWith(png), 'key')).toBe(earlier);
    expect(objects.size).toBe(0);
  });

  it('keeps nothing where the key was used before with another picture', async () => {
    submit = () => Promise.reject(new CodedError('idempotency-key-reused', 'Used before', { retryable: false }));
    await expect(upload.accept(requestWith(png), 'key')).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    expect(objects.size).toBe(0);
  });

  it('keeps the picture where nobody can tell whether its image was committed', async () => {
    submit = () => Promise.reject(new CodedError('database-unavailable', 'No answer', { retryable: true }));
    await expect(upload.accept(requestWith(png))).rejects.toMatchObject({ code: 'database-unavailable' });
    expect([...objects.keys()]).toEqual(['pictures/17-aa']);
  });

  it.each([
    ['no file', undefined, undefined, 'upload-missing'],
    ['no picture', Buffer.from('Dear Sir or Madam'), undefined, 'upload-not-a-picture'],
    ['no bytes', Buffer.alloc(0), undefined, 'upload-not-a-picture'],
    ['too much', png, Object.assign(new Error('too large'), { code: 'FST_REQ_FILE_TOO_LARGE' }), 'upload-too-large'],
    ['what breaks off', png, new Error('Unexpected end of form'), 'upload-unreadable'],
  ])('refuses %s and keeps nothing', async (_, bytes, failure, code) => {
    await expect(upload.accept(requestWith(bytes, failure))).rejects.toMatchObject({ code, retryable: false });
    expect(objects.size).toBe(0);
    expect(submitted).toEqual([]);
  });

  const all = { prompt: 'a', beams: 3, captions: 2, max_length: 30 };

  it.each([
    ['options as JSON before the file', [field('tag', 'x'), field('options', JSON.stringify(all)), filePart(png)]],
    ['options as JSON behind the file', [filePart(png), field('options', JSON.stringify(all)), field('tag', 'x')]],
    ['options as a part that calls itself JSON', [filePart(png), field('options', all), field('tag', 'x')]],
    [
      'each option as a field, before and behind',
      [
        field('prompt', 'a'),
        field('beams', '3'),
        filePart(png),
        field('captions', '2'),
        field('max_length', '30'),
        field('tag', 'x'),
      ],
    ],
    [
      'some of them together',
      [
        field('options', '{"prompt":"a","beams":3}'),
        filePart(png),
        field('captions', '2'),
        field('max_length', '30'),
        field('tag', 'x'),
      ],
    ],
    [
      'fields that nobody knows',
      [field('tag', 'x'), field('colour', 'red'), filePart(png), field('options', JSON.stringify(all))],
    ],
  ])('takes %s', async (_, parts) => {
    await upload.accept(requestOf(...parts));
    expect(submitted).toEqual([expect.objectContaining({ tag: 'x', options: all })]);
  });

  it.each([
    ['a tag that is none', [field('tag', 17)], 'for tag but received 17'],
    ['a tag twice', [field('tag', 'x'), field('tag', 'y')], 'Expected one field tag but received several'],
    [
      'options that are no JSON',
      [field('options', 'beams=3')],
      'Expected a JSON object for options but received "beams=3"',
    ],
    ['options that are no object', [field('options', '3')], 'Expected an object for options but received 3'],
    ['an unknown option', [field('options', '{"colour":"red"}')], 'in options but received "colour"'],
    [
      'beams that are no number',
      [field('beams', 'three')],
      'Expected a whole number from 1 to 8 for beams but received "three"',
    ],
    ['too many beams', [field('beams', '9')], 'for beams but received 9'],
    ['beams in options that are a text', [field('options', '{"beams":"3"}')], 'for options.beams but received "3"'],
    ['an option twice', [field('options', '{"beams":3}'), field('beams', '3')], 'Expected beams once'],
    ['a NUL', [field('prompt', '\0')], 'for prompt but received'],
  ])('refuses %s and keeps nothing', async (_, fields, message) => {
    for (const parts of [
      [...fields, filePart(png)],
      [filePart(png), ...fields],
    ]) {
      await expect(upload.accept(requestOf(...parts))).rejects.toMatchObject({
        code: 'invalid-request',
        message: expect.stringContaining(message) as string,
      });
    }
    expect(objects.size).toBe(0);
    expect(submitted).toEqual([]);
  });

  it('knows the same picture with other options for another request', async () => {
    await upload.accept(requestOf(filePart(png)), 'key');
    await upload.accept(requestOf(filePart(png), field('beams', '3')), 'key');
    const [plain, searched] = submitted.map(({ idempotency }) => idempotency?.fingerprint);
    expect(searched).not.toBe(plain);
  });
});
