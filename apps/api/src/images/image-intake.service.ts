import { Injectable } from '@nestjs/common';
import { captionRequested, newNonce } from '@ekphrasis/contracts';
import { OutboxRelay } from '@ekphrasis/messaging';
import { jobOptions, type CaptionOptionsDto } from './caption-options.dto.js';
import { Coalescer } from './coalescer.js';
import { ImageIds } from './image-ids.js';
import { IdempotencyKeyReusedError } from './images.errors.js';
import { ImagesRepository, type AcceptedImage, type NewImage } from './images.repository.js';

/** An image before it is submitted: its id, and what tells it from whichever other had that id or will have it. */
export interface ReservedImage {
  imageId: number;
  nonce: string;
}

/** What a client wants captioned, once it is known to be well-formed. */
export interface Submission {
  /** Where the picture had to be stored under it first. */
  reserved?: ReservedImage;
  url?: string;
  pictureKey?: string;
  tag?: string;
  options?: CaptionOptionsDto;
  idempotency?: { key: string; fingerprint: string };
}

/** Accepts images: when its promise resolves, the image and its job are committed, and one will follow from the other. */
@Injectable()
export class ImageIntake {
  private readonly commits: Coalescer<NewImage, AcceptedImage>;

  constructor(
    repository: ImagesRepository,
    private readonly ids: ImageIds,
    relay: OutboxRelay,
  ) {
    this.commits = new Coalescer(
      async (images) => {
        const accepted = await repository.accept(images);
        relay.wake(images.length);
        return accepted;
      },
      { batchSize: 512, concurrency: 2, capacity: 20_000 },
    );
  }

  /** For a picture that must be stored before it is submitted. */
  async reserve(): Promise<ReservedImage> {
    return { imageId: await this.ids.take(), nonce: newNonce() };
  }

  /**
   * @returns the image's id: an earlier one where the idempotency key was used before
   * @throws {IdempotencyKeyReusedError} where that was with another request
   */
  async submit({ reserved, url, pictureKey, tag, options, idempotency }: Submission): Promise<number> {
    const taken = reserved?.imageId ?? this.ids.take();
    const id = typeof taken === 'number' ? taken : await taken;
    const nonce = reserved?.nonce ?? newNonce();
    const asked = { imageId: id, nonce, url, pictureKey, options: jobOptions(options) };
    const job = captionRequested.encode({ ...asked, requestedAt: new Date().toISOString() });
    const image = { id, nonce, url, pictureKey, tag, options, job: job.toString('utf8'), idempotency };
    const accepted = await this.commits.add(image);
    if (accepted.fingerprint !== idempotency?.fingerprint) throw new IdempotencyKeyReusedError();
    return accepted.imageId;
  }
}
