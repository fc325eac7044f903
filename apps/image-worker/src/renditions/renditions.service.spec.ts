import { Logger } from '@nestjs/common';
import { renditionFailureKey, renditionJobs, renditionKey, type RenditionRequested } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import type { PictureFetcher } from '@ekphrasis/fetching';
import type { PictureProcessing, ProcessingCall } from '@ekphrasis/pictures';
import { MemoryStorage } from '../../../../test/support/memory-storage.js';
import { Renditions } from './renditions.service.js';

const { thumbnail } = renditionJobs;
const [key, noteKey] = [renditionKey(thumbnail, 17, 'aa'), renditionFailureKey(thumbnail, 17, 'aa')];
const steps = [{ operation: 'resize', width: 320, height: 320 }] as const;
const requestedAt = '2026-01-01T00:00:00.000Z';
const uploaded = { imageId: 17, nonce: 'aa', pictureKey: 'pictures/17-aa', storageId: 'ours', requestedAt };
const linked = { imageId: 17, nonce: 'aa', url: 'https://example.org/a.png', requestedAt };

describe('Renditions', () => {
  let storage: MemoryStorage;
  let calls: ProcessingCall[];
  let failure: Error | undefined;
  let renditions: Renditions;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(() => {
    storage = new MemoryStorage();
    storage.marker = 'ours';
    storage.objects.set('pictures/17-aa', Buffer.from('uploaded'));
    calls = [];
    failure = undefined;
    const process = async (call: ProcessingCall) => {
      calls.push(call);
      if (failure) throw failure;
      return { picture: Buffer.from('small') };
    };
    const fetcher = { fetch: async (url: string) => Buffer.from(`fetched from ${url}`) } as unknown as PictureFetcher;
    renditions = new Renditions({ process } as unknown as PictureProcessing, fetcher, storage);
  });

  const make = (message: RenditionRequested) => {
    const { signal } = new AbortController();
    return renditions.make(thumbnail, { message, attempt: 1, signal, slow: () => undefined, logFields: {} }, steps);
  };

  it.each([
    ['the uploaded picture', uploaded, 'uploaded'],
    ['the picture behind the URL', linked, 'fetched from https://example.org/a.png'],
  ])('stores what the steps make of %s, as WebP', async (_, message, bytes) => {
    await make(message);
    expect(calls).toEqual([{ bytes: Buffer.from(bytes), steps, stillAs: 'webp' }]);
    expect(storage.objects.get(key)).toEqual(Buffer.from('small'));
    expect(storage.objects.has(noteKey)).toBe(false);
  });

  it('leaves a note where the picture can have none, and is done', async () => {
    failure = new CodedError('not-a-picture', 'It is a text', { retryable: false });
    await make(uploaded);
    expect(Buffer.from(storage.objects.get(noteKey)!).toString()).toBe('not-a-picture');
    expect(storage.objects.has(key)).toBe(false);
  });

  it('waits for no host: what would be deferred costs an attempt', async () => {
    const deferral = { key: 'example.org', until: 0, patienceMs: 60_000 };
    failure = new CodedError('host-busy', 'It is busy', { retryable: true, deferral });
    await expect(make(linked)).rejects.toMatchObject({ code: 'host-busy', retryable: true, deferral: undefined });
    expect(storage.objects.has(noteKey)).toBe(false);
  });

  it('leaves no note where nobody foresaw the error', async () => {
    failure = new Error('a bug');
    await expect(make(uploaded)).rejects.toBe(failure);
    expect(storage.objects.has(noteKey)).toBe(false);
  });
});
