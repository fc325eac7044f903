import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { pictureKey } from '@ekphrasis/contracts';
import { codeOf } from '@ekphrasis/errors';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { StorageIdentity } from '../storage-identity/storage-identity.service.js';
import { ImageIntake } from './image-intake.service.js';
import { requestFingerprint } from './request-fingerprint.js';
import { readUploadForm } from './upload-form.js';
import { UploadMemory } from './upload-memory.js';

/** Accepts pictures that come in the request itself. */
@Injectable()
export class PictureUpload {
  private readonly memory = new UploadMemory();

  constructor(
    private readonly intake: ImageIntake,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    private readonly identity: StorageIdentity,
  ) {}

  /**
   * Stores the picture first and then commits its image: a crash in between leaves a picture that nobody asks for,
   * never an image without its picture.
   * @throws {UploadRefusedError} {InvalidRequestError}; ServiceOverloadedError while too many others are in hand; StorageError, `storage-away` where the
   *   storage is not the one that belongs to the database
   */
  accept(request: FastifyRequest, idempotencyKey?: string): Promise<number> {
    return this.memory.hold(request.headers['content-length'], () => this.store(request, idempotencyKey));
  }

  private async store(request: FastifyRequest, idempotencyKey?: string): Promise<number> {
    const { picture, details } = await readUploadForm(request);
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
