import { Injectable } from '@nestjs/common';
import { captionRequested, newNonce } from '@ekphrasis/contracts';
import { codeOf } from '@ekphrasis/errors';
import { OutboxRelay } from '@ekphrasis/outbox';
import { currentTraceparent } from '@ekphrasis/tracing';
import { jobOptions, type SubmittedOptions } from '../requests/caption-options.js';
import { Coalescer } from './coalescer.js';
import { ImageIds } from './image-ids.js';
import { IdempotencyKeyReusedError } from '../images.errors.js';
import { AcceptedImagesRepository, type AcceptedImage, type NewImage } from './accepted-images.repository.js';

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
  /** Of the storage in which the picture lies. */
  storageId?: string;
  tag?: string;
  options?: SubmittedOptions;
  /** Whose image it is; undefined where it came without a key. */
  clientId?: string;
  idempotency?: { key: string; fingerprint: string };
}

/** How often other ids are taken where some turn out to be somebody else's. */
const mostTries = 5;

/** An image that waits for its commit. */
interface Waiting {
  id: number;
  nonce: string;
  submission: Submission;
  /** ISO 8601. */
  requestedAt: string;
  traceparent?: string;
}

/** Accepts images: when its promise resolves, the image and its job are committed, and one will follow from the other. */
@Injectable()
export class ImageIntake {
  private readonly commits: Coalescer<Waiting, AcceptedImage>;
  private readonly groups: Coalescer<Waiting[], AcceptedImage[]>;

  constructor(
    private readonly repository: AcceptedImagesRepository,
    private readonly ids: ImageIds,
    relay: OutboxRelay,
  ) {
    const commit = async (images: Waiting[]): Promise<AcceptedImage[]> => {
      const accepted = await this.commit(images);
      relay.wake(images.length);
      return accepted;
    };
    this.commits = new Coalescer(commit, { batchSize: 512, concurrency: 2, capacity: 20_000 });
    // one at a time: single images have their turn between two
    this.groups = new Coalescer(([images = []]) => commit(images).then((accepted) => [accepted]), {
      batchSize: 1,
      concurrency: 1,
      capacity: 100,
    });
  }

  /** For a picture that must be stored before it is submitted. */
  async reserve(): Promise<ReservedImage> {
    return { imageId: await this.ids.take(), nonce: newNonce() };
  }

  /** @returns the image's id, otherwise as `accept` */
  async submit(submission: Submission): Promise<number> {
    return (await this.accept(submission)).imageId;
  }

  /**
   * @returns the image: an earlier one where the idempotency key was used before. Its id may be another one than the reserved
   * @throws {IdempotencyKeyReusedError} where that was with another request
   */
  async accept(submission: Submission): Promise<AcceptedImage> {
    const { reserved, idempotency } = submission;
    const taken = reserved?.imageId ?? this.ids.take();
    const id = typeof taken === 'number' ? taken : await taken;
    const nonce = reserved?.nonce ?? newNonce();
    const requestedAt = new Date().toISOString();
    const accepted = await this.commits.add({ id, nonce, submission, requestedAt, traceparent: currentTraceparent() });
    if (accepted.fingerprint !== idempotency?.fingerprint) throw new IdempotencyKeyReusedError();
    return accepted;
  }

  /**
   * All of them in one transaction, a thousand at most.
   * @returns their ids, in their order
   * @throws {ServiceOverloadedError} where too many groups wait already
   */
  async submitTogether(submissions: Submission[]): Promise<number[]> {
    const requestedAt = new Date().toISOString();
    const images: Waiting[] = [];
    for (const submission of submissions) {
      images.push({ id: await this.ids.take(), nonce: newNonce(), submission, requestedAt });
    }
    return (await this.groups.add(images)).map(({ imageId }) => imageId);
  }

  private async commit(images: Waiting[]): Promise<AcceptedImage[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.repository.accept(images.map(newImageOf));
      } catch (error) {
        if (codeOf(error) !== 'image-ids-taken' || tries === mostTries) throw error;
        this.ids.distrust(images.map(({ id }) => id));
        for (const image of images) image.id = await this.ids.take();
      }
    }
  }
}

function newImageOf({ id, nonce, submission, requestedAt, traceparent }: Waiting): NewImage {
  const { url, pictureKey, storageId, tag, options, clientId, idempotency } = submission;
  const asked = { imageId: id, nonce, url, pictureKey, storageId, options: jobOptions(options), requestedAt };
  const job = captionRequested.encode(asked).toString('utf8');
  return { id, nonce, url, pictureKey, tag, options, clientId, job, traceparent, idempotency };
}
