import type { FastifyRequest } from 'fastify';
import { CodedError } from '@ekphrasis/errors';
import type { ObjectStorage } from '@ekphrasis/storage';
import type { ImageIntake, Submission } from './image-intake.service.js';
import { PictureUpload } from './picture-upload.service.js';

const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

describe('PictureUpload', () => {
  let objects: Map<string, Uint8Array>;
  let submitted: Submission[];
  let submit: (submission: Submission) => Promise<number>;
  let upload: PictureUpload;

  beforeEach(() => {
    objects = new Map();
    submitted = [];
    submit = async ({ imageId }) => imageId!;
    const storage = {
      write: async (key: string, bytes: Uint8Array) => void objects.set(key, bytes),
      remove: async (key: string) => void objects.delete(key),
    } as Partial<ObjectStorage> as ObjectStorage;
    const intake = {
      reserveId: async () => 17,
      submit: (submission: Submission) => {
        submitted.push(submission);
        return submit(submission);
      },
    } as Partial<ImageIntake> as ImageIntake;
    upload = new PictureUpload(intake, storage);
  });

  function requestWith(bytes: Buffer | undefined, failure?: Error): FastifyRequest {
    const toBuffer = async (): Promise<Buffer | undefined> => {
      if (failure) throw failure;
      return bytes;
    };
    return { headers: {}, file: async () => bytes && { toBuffer } } as unknown as FastifyRequest;
  }

  it('stores the picture before its image is committed', async () => {
    submit = async () => {
      expect(objects.get('pictures/17')).toEqual(png);
      return 17;
    };
    expect(await upload.accept(requestWith(png))).toBe(17);
    expect(submitted).toEqual([{ imageId: 17, pictureKey: 'pictures/17', idempotency: undefined }]);
    expect([...objects.keys()]).toEqual(['pictures/17']);
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
    submit = async () => 5;
    expect(await upload.accept(requestWith(png), 'key')).toBe(5);
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
    expect([...objects.keys()]).toEqual(['pictures/17']);
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
});
