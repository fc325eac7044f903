import { Logger } from '@nestjs/common';
import { renditionFailureKey, renditionJobs, renditionKey, type RenditionRequested } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import { deliveryOf, linked, RenditionWorld, uploaded } from '../../test/rendition-world.js';

const { thumbnail } = renditionJobs;
const [key, noteKey] = [renditionKey(thumbnail, 17, 'aa'), renditionFailureKey(thumbnail, 17, 'aa')];
const steps = [{ operation: 'resize', width: 320, height: 320 }] as const;

describe('Renditions', () => {
  let world: RenditionWorld;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(() => {
    world = new RenditionWorld();
  });

  const make = (message: RenditionRequested) => world.renditions.make(thumbnail, deliveryOf(message), steps);

  it.each([
    ['the uploaded picture', uploaded, 'uploaded'],
    ['the picture behind the URL', linked, 'fetched from https://example.org/a.png'],
  ])('stores what the steps make of %s, as WebP', async (_, message, bytes) => {
    await make(message);
    expect(world.calls).toEqual([{ bytes: Buffer.from(bytes), steps, stillAs: 'webp' }]);
    expect(world.storage.objects.get(key)).toEqual(Buffer.from('small'));
    expect(world.storage.objects.has(noteKey)).toBe(false);
  });

  it('leaves a note where the picture can have none, and is done', async () => {
    world.failure = new CodedError('not-a-picture', 'It is a text', { retryable: false });
    await make(uploaded);
    expect(Buffer.from(world.storage.objects.get(noteKey)!).toString()).toBe('not-a-picture');
    expect(world.storage.objects.has(key)).toBe(false);
  });

  it('waits for no host: what would be deferred costs an attempt', async () => {
    const deferral = { key: 'example.org', until: 0, patienceMs: 60_000 };
    world.failure = new CodedError('host-busy', 'It is busy', { retryable: true, deferral });
    await expect(make(linked)).rejects.toMatchObject({ code: 'host-busy', retryable: true, deferral: undefined });
    expect(world.storage.objects.has(noteKey)).toBe(false);
  });

  it('leaves no note where nobody foresaw the error', async () => {
    world.failure = new Error('a bug');
    await expect(make(uploaded)).rejects.toBe(world.failure);
    expect(world.storage.objects.has(noteKey)).toBe(false);
  });
});
