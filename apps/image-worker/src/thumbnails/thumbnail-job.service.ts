import { Inject, Injectable, Logger } from '@nestjs/common';
import { thumbnailFailureKey, thumbnailKey, type ThumbnailRequested } from '@ekphrasis/contracts';
import { CodedError, isCodedError } from '@ekphrasis/errors';
import { PICTURE_FETCHER, type PictureFetcher } from '@ekphrasis/fetching';
import type { Delivery } from '@ekphrasis/messaging';
import { PictureProcessing } from '@ekphrasis/pictures';
import { OBJECT_STORAGE, StoredPictures, type ObjectStorage } from '@ekphrasis/storage';

/** In pixels, the longer one. */
const side = 320;

/**
 * Makes one thumbnail: read or fetch the picture, shrink it, store it. Of a picture that has none it leaves a note beside, so that
 * nobody asks again. Every step may be repeated.
 */
@Injectable()
export class ThumbnailJobs {
  private readonly logger = new Logger(ThumbnailJobs.name);
  private readonly pictures: StoredPictures;

  constructor(
    private readonly processing: PictureProcessing,
    @Inject(PICTURE_FETCHER) private readonly fetcher: PictureFetcher,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
  ) {
    this.pictures = new StoredPictures(storage);
  }

  /** Resolves when the thumbnail, or the note, is stored. @throws CodedError where another try may help */
  async run({ message: job, signal, logFields }: Delivery<ThumbnailRequested>): Promise<void> {
    const { imageId, nonce = null } = job;
    try {
      const bytes = await this.pictureOf(job, signal);
      const steps = [{ operation: 'resize', width: side, height: side } as const];
      const { picture } = await this.processing.process({ bytes, steps, stillAs: 'webp' }, signal);
      await this.storage.write(thumbnailKey(imageId, nonce), picture, signal);
    } catch (error) {
      if (!isCodedError(error)) throw error;
      if (error.retryable) throw countedAttempt(error);
      this.logger.log({ ...logFields, code: error.code, msg: `no thumbnail: ${error.message}` });
      await this.storage.write(thumbnailFailureKey(imageId, nonce), Buffer.from(error.code), signal);
    }
  }

  private pictureOf({ url, pictureKey = '', storageId }: ThumbnailRequested, signal: AbortSignal): Promise<Uint8Array> {
    if (url !== undefined) return this.fetcher.fetch(url, { signal });
    return this.pictures.read(pictureKey, storageId, signal);
  }
}

/** A thumbnail is not worth waiting for a host as captions do. */
function countedAttempt(error: CodedError): CodedError {
  if (!error.deferral) return error;
  return new CodedError(error.code, error.message, { retryable: true, cause: error });
}
