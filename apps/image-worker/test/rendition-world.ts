import type { RenditionRequested } from '@ekphrasis/contracts';
import type { PictureFetcher } from '@ekphrasis/fetching';
import type { Delivery } from '@ekphrasis/messaging';
import type { PictureProcessing, ProcessingCall } from '@ekphrasis/pictures';
import { MemoryStorage } from '../../../test/support/memory-storage.js';
import { Renditions } from '../src/renditions/renditions.service.js';

const requestedAt = '2026-01-01T00:00:00.000Z';
export const uploaded = { imageId: 17, nonce: 'aa', pictureKey: 'pictures/17-aa', storageId: 'ours', requestedAt };
export const linked = { imageId: 17, nonce: 'aa', url: 'https://example.org/a.png', requestedAt };

/** Renditions over a storage in memory, and what was asked of the processes that work on pictures. */
export class RenditionWorld {
  readonly storage = new MemoryStorage();
  readonly calls: ProcessingCall[] = [];
  /** What a picture fails with. */
  failure: Error | undefined;
  readonly renditions: Renditions;

  constructor() {
    this.storage.marker = uploaded.storageId;
    this.storage.objects.set(uploaded.pictureKey, Buffer.from('uploaded'));
    const process = async (call: ProcessingCall) => {
      this.calls.push(call);
      if (this.failure) throw this.failure;
      return { picture: Buffer.from('small') };
    };
    const fetcher = { fetch: async (url: string) => Buffer.from(`fetched from ${url}`) };
    this.renditions = new Renditions(
      { process } as unknown as PictureProcessing,
      fetcher as unknown as PictureFetcher,
      this.storage,
    );
  }
}

export function deliveryOf(message: RenditionRequested): Delivery<RenditionRequested> {
  return { message, attempt: 1, signal: new AbortController().signal, slow: () => undefined, logFields: {} };
}
