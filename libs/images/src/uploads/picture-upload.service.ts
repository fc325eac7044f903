import { Inject, Injectable } from '@nestjs/common';
import { pictureKey } from '@ekphrasis/contracts';
import { codeOf } from '@ekphrasis/errors';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { StorageIdentity } from '@ekphrasis/storage-identity';
import { ImageIntake } from '../intake/image-intake.service.js';
import type { SubmittedDetails } from '../requests/image-request.js';
import { requestFingerprint } from '../requests/request-fingerprint.js';
import { UploadMemory } from './upload-memory.js';

/** A picture that a client has sent, with what it says of it. */
export interface UploadedPicture {
  picture: Buffer;
  details: SubmittedDetails;
}

/** A picture that is still on its way from the client. */
export interface IncomingPicture {
  /** How large the client says that all of it is; undefined where it says nothing. */
  announcedBytes?: number;
  /** Reads it, once. */
  read: () => Promise<UploadedPicture>;
}

/** Who sends a picture. */
export interface Uploader {
  /** Undefined where it comes without a key. */
  clientId?: string | undefined;
  idempotencyKey?: string | undefined;
}

/** Accepts pictures that come in the request itself. */
@Injectable()
export class PictureUpload {
  constructor(
    private readonly intake: ImageIntake,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    private readonly identity: StorageIdentity,
    private readonly memory: UploadMemory,
  ) {}

  /**
   * Stores the picture first and then commits its image: a crash in between leaves a picture that nobody asks for,
   * never an image without its picture.
   * @throws what reading throws; ServiceOverloadedError while too many others are in hand; StorageError, `storage-away` where the
   *   storage is not the one that belongs to the database
   */
  accept({ announcedBytes, read }: IncomingPicture, from: Uploader = {}): Promise<number> {
    return this.memory.hold(announcedBytes, async () => this.store(await read(), from));
  }

  private async store({ picture, details }: UploadedPicture, { clientId, idempotencyKey }: Uploader): Promise<number> {
    const storageId = await this.identity.ensure();
    const reserved = await this.intake.reserve();
    const key = pictureKey(reserved);
    await this.storage.write(key, picture);
    const idempotency = idempotencyKey
      ? { key: idempotencyKey, fingerprint: requestFingerprint(picture, details) }
      : undefined;
    try {
      const { imageId, isNew } = await this.intake.accept({
        reserved,
        pictureKey: key,
        storageId,
        ...details,
        clientId,
        idempotency,
      });
      if (!isNew) await this.storage.remove(key);
      return imageId;
    } catch (error) {
      // after any other failure the image may have been committed all the same, and its job asks for the picture
      if (codeOf(error) === 'idempotency-key-reused') await this.storage.remove(key);
      throw error;
    }
  }
}
