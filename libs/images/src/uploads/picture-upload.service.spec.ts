import { CodedError } from '@ekphrasis/errors';
import type { ObjectStorage } from '@ekphrasis/storage';
import type { StorageIdentity } from '@ekphrasis/storage-identity';
import type { ImageIntake, Submission } from '../intake/image-intake.service.js';
import type { SubmittedDetails } from '../requests/image-request.js';
import { UploadRefusedError } from '../images.errors.js';
import { PictureUpload, type IncomingPicture } from './picture-upload.service.js';
import { UploadMemory } from './upload-memory.js';

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
    upload = new PictureUpload(intake, storage, identity, new UploadMemory());
  });

  const incoming = (picture: Buffer, details: Partial<SubmittedDetails> = {}): IncomingPicture => ({
    announcedBytes: picture.length,
    read: async () => ({ picture, details }),
  });

  it('stores the picture before its image is committed', async () => {
    submit = async () => {
      expect(objects.get('pictures/17-aa')).toEqual(png);
      return 17;
    };
    expect(await upload.accept(incoming(png))).toBe(17);
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
    expect(await upload.accept(incoming(png))).toBe(10_000_017);
    expect([...objects.keys()]).toEqual(['pictures/17-aa']);
  });

  it('knows the same picture again by its bytes', async () => {
    await upload.accept(incoming(png), { idempotencyKey: 'key' });
    await upload.accept(incoming(Buffer.from(png)), { idempotencyKey: 'key' });
    await upload.accept(incoming(Buffer.concat([png, png])), { idempotencyKey: 'key' });
    const [first, second, third] = submitted.map(({ idempotency }) => idempotency?.fingerprint);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('keeps no second copy where the key was used before with the same picture', async () => {
    submit = async () => earlier;
    expect(await upload.accept(incoming(png), { idempotencyKey: 'key' })).toBe(earlier);
    expect(objects.size).toBe(0);
  });

  it('keeps nothing where the key was used before with another picture', async () => {
    submit = () => Promise.reject(new CodedError('idempotency-key-reused', 'Used before', { retryable: false }));
    await expect(upload.accept(incoming(png), { idempotencyKey: 'key' })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    expect(objects.size).toBe(0);
  });

  it('keeps the picture where nobody can tell whether its image was committed', async () => {
    submit = () => Promise.reject(new CodedError('database-unavailable', 'No answer', { retryable: true }));
    await expect(upload.accept(incoming(png))).rejects.toMatchObject({ code: 'database-unavailable' });
    expect([...objects.keys()]).toEqual(['pictures/17-aa']);
  });

  it('keeps nothing of what cannot be read', async () => {
    const read = () => Promise.reject(new UploadRefusedError('upload-unreadable', 'Unexpected end of form'));
    await expect(upload.accept({ read })).rejects.toMatchObject({ code: 'upload-unreadable' });
    expect(objects.size).toBe(0);
    expect(submitted).toEqual([]);
  });

  it('knows the same picture with other options for another request', async () => {
    await upload.accept(incoming(png), { idempotencyKey: 'key' });
    await upload.accept(incoming(png, { options: { beams: 3 } }), { idempotencyKey: 'key' });
    const [plain, searched] = submitted.map(({ idempotency }) => idempotency?.fingerprint);
    expect(searched).not.toBe(plain);
  });
});
