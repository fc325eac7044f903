import { Inject, Injectable, Logger } from '@nestjs/common';
import { renditionFailureKey, renditionKey, type JobDefinition, type RenditionRequested } from '@ekphrasis/contracts';
import { CodedError, isCodedError } from '@ekphrasis/errors';
import { PICTURE_FETCHER, type PictureFetcher } from '@ekphrasis/fetching';
import type { Delivery } from '@ekphrasis/messaging';
import { PictureProcessing, type ProcessingStep } from '@ekphrasis/pictures';
import { OBJECT_STORAGE, StoredPictures, type ObjectStorage } from '@ekphrasis/storage';

/**
 * Makes one rendition: read or fetch the picture, process it, store it. Of a picture that has none it leaves a note beside, so that
 * nobody asks again. Every step may be repeated.
 */
@Injectable()
export class Renditions {
  private readonly logger = new Logger(Renditions.name);
  private readonly pictures: StoredPictures;

  constructor(
    private readonly processing: PictureProcessing,
    @Inject(PICTURE_FETCHER) private readonly fetcher: PictureFetcher,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
  ) {
    this.pictures = new StoredPictures(storage);
  }

  /**
   * Resolves when the rendition, or the note, is stored.
   * @param kind which rendition it is @param steps what makes it of the picture
   * @throws CodedError where another try may help
   */
  async make(
    kind: Pick<JobDefinition, 'name'>,
    { message: job, signal, logFields }: Delivery<RenditionRequested>,
    steps: readonly ProcessingStep[],
  ): Promise<void> {
    const { imageId, nonce = null } = job;
    try {
      const bytes = await this.pictureOf(job, signal);
      const { picture } = await this.processing.process({ bytes, steps, stillAs: 'webp' }, signal);
      await this.storage.write(renditionKey(kind, imageId, nonce), picture, signal);
    } catch (error) {
      if (!isCodedError(error)) throw error;
      if (error.retryable) throw countedAttempt(error);
      this.logger.log({ ...logFields, code: error.code, msg: `no ${kind.name}: ${error.message}` });
      await this.storage.write(renditionFailureKey(kind, imageId, nonce), Buffer.from(error.code), signal);
    }
  }

  private pictureOf({ url, pictureKey = '', storageId }: RenditionRequested, signal: AbortSignal): Promise<Uint8Array> {
    if (url !== undefined) return this.fetcher.fetch(url, { signal });
    return this.pictures.read(pictureKey, storageId, signal);
  }
}

/** A rendition is not worth waiting for a host as captions do. */
function countedAttempt(error: CodedError): CodedError {
  if (!error.deferral) return error;
  return new CodedError(error.code, error.message, { retryable: true, cause: error });
}
