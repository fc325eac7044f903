import { Inject, Injectable } from '@nestjs/common';
import type {} from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { codeOf } from '@ekphrasis/errors';
import { pictureTypeOf } from '@ekphrasis/pictures';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { ImageIntake } from './image-intake.service.js';
import { UploadRefusedError } from './images.errors.js';
import { UploadMemory } from './upload-memory.js';

/** Accepts pictures that come in the request itself. */
@Injectable()
export class PictureUpload {
  private readonly memory = new UploadMemory();

  constructor(
    private readonly intake: ImageIntake,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
  ) {}

  /**
   * Stores the picture first and then commits its image: a crash in between leaves a picture that nobody asks for,
   * never an image without its picture.
   * @throws {UploadRefusedError}; ServiceOverloadedError while too many others are in hand
   */
  accept(request: FastifyRequest, idempotencyKey?: string): Promise<number> {
    return this.memory.hold(request.headers['content-length'], () => this.store(request, idempotencyKey));
  }

  private async store(request: FastifyRequest, idempotencyKey?: string): Promise<number> {
    const picture = await readPicture(request);
    const imageId = await this.intake.reserveId();
    const pictureKey = `pictures/${imageId}`;
    await this.storage.write(pictureKey, picture);
    const idempotency = idempotencyKey
      ? { key: idempotencyKey, fingerprint: createHash('sha256').update(picture).digest('hex') }
      : undefined;
    try {
      const accepted = await this.intake.submit({ imageId, pictureKey, idempotency });
      if (accepted !== imageId) await this.storage.remove(pictureKey);
      return accepted;
    } catch (error) {
      // after any other failure the image may have been committed all the same, and its job asks for the picture
      if (codeOf(error) === 'idempotency-key-reused') await this.storage.remove(pictureKey);
      throw error;
    }
  }
}

async function readPicture(request: FastifyRequest): Promise<Buffer> {
  let picture: Buffer | undefined;
  try {
    const part = await request.file();
    picture = await part?.toBuffer();
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === 'FST_REQ_FILE_TOO_LARGE') throw new UploadRefusedError('upload-too-large', message);
    throw new UploadRefusedError('upload-unreadable', message);
  }
  if (!picture) throw new UploadRefusedError('upload-missing', 'Expected one file part in the form but received none');
  if (!pictureTypeOf(picture)) {
    throw new UploadRefusedError(
      'upload-not-a-picture',
      'Expected the bytes of a JPEG, PNG, WebP, GIF, AVIF or TIFF picture but received something else',
    );
  }
  return picture;
}
