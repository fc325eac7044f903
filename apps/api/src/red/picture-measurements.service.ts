import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { measuredPictureKey, newNonce } from '@ekphrasis/contracts';
import { OutboxRelay } from '@ekphrasis/outbox';
import { PictureMeasuring, reportSandbox, type MeasuredPicture, type PictureType } from '@ekphrasis/pictures';
import { OBJECT_STORAGE, removeObjects, type ObjectStorage } from '@ekphrasis/storage';
import { wholeShare } from '@ekphrasis/statistics';
import { StorageIdentity } from '@ekphrasis/storage-identity';
import { MeasurementsRepository, type Measurement, type TakenMeasurement } from './measurements.repository.js';
import { PictureUnreadableError } from './red.errors.js';
import type { ReceivedPicture } from './requests/received-pictures.js';

const contentTypes: Readonly<Record<PictureType, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  tiff: 'image/tiff',
};

/** Measures pictures while their client waits, and keeps them. */
@Injectable()
export class PictureMeasurements implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PictureMeasurements.name);
  private readonly abort = new AbortController();

  constructor(
    private readonly measuring: PictureMeasuring,
    private readonly repository: MeasurementsRepository,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    private readonly identity: StorageIdentity,
    private readonly relay: OutboxRelay,
  ) {}

  /**
   * Measures all pictures of a request, stores them and then commits their measurements: all, or none where one of them cannot be
   * read. A crash in between leaves pictures that nobody asks for, never a measurement without its picture. As many are in memory as
   * are measured at once, and one that is read.
   * @throws what receiving throws; PictureUnreadableError; StorageError; DatabaseUnavailableError: they may be there all the same
   */
  async take(clientId: string, received: AsyncIterable<ReceivedPicture>): Promise<Measurement[]> {
    const taken = await this.takeAll(received);
    const measurements = await this.repository.insert(clientId, taken);
    this.relay.wake(measurements.length);
    return measurements;
  }

  async onApplicationBootstrap(): Promise<void> {
    void this.measuring.sandbox.then((sandbox) => reportSandbox(this.logger, sandbox));
    // before the app listens: a process loads its libraries for longer than the first client may have to wait
    await this.measuring.warmUp(this.abort.signal);
  }

  async onApplicationShutdown(): Promise<void> {
    this.abort.abort();
    await this.measuring.close();
  }

  private async takeAll(received: AsyncIterable<ReceivedPicture>): Promise<TakenMeasurement[]> {
    await this.identity.ensure();
    const inHand: Promise<TakenMeasurement>[] = [];
    const stored: string[] = [];
    try {
      for await (const picture of received) {
        const taken = this.takeOne(picture, inHand.length + 1, stored);
        // whoever awaits it may come later than its failure
        taken.catch(() => undefined);
        inHand.push(taken);
        await inHand[inHand.length - this.measuring.concurrency];
      }
      return await Promise.all(inHand);
    } catch (error) {
      await Promise.allSettled(inHand);
      await this.forget(stored);
      throw error;
    }
  }

  /** @param place from 1 @param stored gets the key of the picture before it is stored */
  private async takeOne(
    { fileName, picture }: ReceivedPicture,
    place: number,
    stored: string[],
  ): Promise<TakenMeasurement> {
    const measured = await this.measuring.measure(picture, this.abort.signal).catch((error: Error) => {
      throw isAboutPicture(error) ? new PictureUnreadableError(place, fileName, error) : error;
    });
    const nonce = newNonce();
    stored.push(measuredPictureKey(nonce));
    await this.storage.write(measuredPictureKey(nonce), picture);
    return { nonce, fileName, contentType: contentTypes[measured.type], ...figuresOf(measured) };
  }

  /** What stays behind all the same is found by the sweep of orphaned objects. */
  private async forget(keys: string[]): Promise<void> {
    await removeObjects(this.storage, keys, (key, { message }) =>
      this.logger.warn(`${key}, of a request that was refused, stays in storage: ${message}`),
    );
  }
}

function figuresOf({ width, height, redPixels, redSum }: MeasuredPicture) {
  const pixels = width * height;
  return {
    share: Math.round((redPixels * wholeShare) / pixels),
    redChannelMean: redSum / (255 * pixels),
    width,
    height,
  };
}

function isAboutPicture(error: unknown): boolean {
  return ['not-a-picture', 'picture-too-large', 'picture-truncated', 'picture-too-slow'].includes(
    (error as { code?: string }).code ?? '',
  );
}
