import { Logger } from '@nestjs/common';
import { renditionFailureKey, renditionJobs, renditionKey } from '@ekphrasis/contracts';
import type { Publisher } from '@ekphrasis/messaging';
import { MemoryStorage } from '../../../../test/support/memory-storage.js';
import type { RenditionSourcesRepository } from './rendition-sources.repository.js';
import { Renditions } from './renditions.service.js';

const { thumbnail } = renditionJobs;
const key = renditionKey(thumbnail, 17, 'aa');

describe('Renditions', () => {
  let storage: MemoryStorage;
  let sent: object[];
  let onSend: () => void;
  let renditions: Renditions;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(() => {
    storage = new MemoryStorage();
    sent = [];
    onSend = () => undefined;
    const sources = {
      find: async (id: number, clientId: string | undefined) =>
        id === 17 && clientId === 'own'
          ? { id, nonce: 'aa', url: 'https://example.org/a.png', pictureKey: null, storageId: 's' }
          : undefined,
    } as unknown as RenditionSourcesRepository;
    const publisher = {
      send: async (_: unknown, message: object) => {
        sent.push(message);
        onSend();
      },
    } as unknown as Publisher;
    renditions = new Renditions(sources, storage, publisher);
  });

  it('gives what is there, and asks nobody', async () => {
    storage.objects.set(key, Buffer.from('webp'));
    expect(Buffer.from(await renditions.read(thumbnail, 17, 'own')).toString()).toBe('webp');
    expect(sent).toEqual([]);
  });

  it('has it made by a worker where it is not there, and waits for it', async () => {
    onSend = () => void storage.objects.set(key, Buffer.from('made'));
    expect(Buffer.from(await renditions.read(thumbnail, 17, 'own')).toString()).toBe('made');
    expect(sent).toEqual([expect.objectContaining({ imageId: 17, nonce: 'aa', url: 'https://example.org/a.png' })]);
  });

  it('asks once for many who want it, and lets the first one wait alone', async () => {
    const first = renditions.read(thumbnail, 17, 'own');
    await new Promise((resolve) => setImmediate(resolve));
    await expect(renditions.read(thumbnail, 17, 'own')).rejects.toMatchObject({
      code: 'thumbnail-not-yet',
      retryable: true,
    });
    await expect(first).rejects.toMatchObject({ code: 'thumbnail-not-yet' });
    expect(sent).toHaveLength(1);
  });

  it('asks for none that a worker has found to be impossible, and for nobody else’s', async () => {
    storage.objects.set(renditionFailureKey(thumbnail, 17, 'aa'), Buffer.from('not-a-picture'));
    await expect(renditions.read(thumbnail, 17, 'own')).rejects.toMatchObject({ code: 'image-not-found' });
    await expect(renditions.read(thumbnail, 17, undefined)).rejects.toMatchObject({ code: 'image-not-found' });
    await expect(renditions.read(thumbnail, 18, 'own')).rejects.toMatchObject({ code: 'image-not-found' });
    expect(sent).toEqual([]);
  });
});
