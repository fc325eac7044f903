import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { ImageMessage, SubmitRequest } from '@ekphrasis/contracts';
import {
  ImageIntake,
  ImageNotFoundError,
  ImageStatusRepository,
  imageStatusView,
  PictureUpload,
  readImageRequest,
} from '@ekphrasis/images';
import { withTimeLimit } from '@ekphrasis/time-limit';
import { MessageServiceSettings } from '../message-service.settings.js';
import { UploadTooSlowError } from './captioning.errors.js';
import { imageMessage } from './image-message.js';
import { readPicture } from './read-picture.js';

/** The images of the REST API, for clients of gRPC. */
@Injectable()
export class CaptioningService {
  constructor(
    private readonly intake: ImageIntake,
    private readonly uploads: PictureUpload,
    private readonly images: ImageStatusRepository,
    private readonly settings: MessageServiceSettings,
  ) {}

  /** @param clientId whose image it will be; undefined where it is nobody's @throws {InvalidRequestError} */
  submit({ image_url: url, tag }: SubmitRequest, clientId: string | undefined): Promise<number> {
    // a field that is not set is empty: proto3 does not tell the two apart
    const request = readImageRequest({ image_url: url, ...(tag !== '' && { tag }) });
    return this.intake.submit({ url: request.image_url, tag: request.tag, clientId });
  }

  /**
   * @param call the stream of its chunks
   * @throws {UploadRefusedError} {@link UploadTooSlowError} and what `PictureUpload` throws
   */
  upload(call: Readable, clientId: string | undefined): Promise<number> {
    const { UPLOAD_MAX_BYTES: mostBytes, REQUEST_TIMEOUT_MS: milliseconds } = this.settings;
    const limit = { milliseconds, onTimeout: () => new UploadTooSlowError(milliseconds) };
    const read = async () => ({
      picture: await withTimeLimit(limit, (signal) => readPicture(call, mostBytes, signal)),
      details: {},
    });
    return this.uploads.accept({ announcedBytes: mostBytes, read }, { clientId });
  }

  /** @throws {ImageNotFoundError} for what is another client's, too */
  async get(imageId: number, clientId: string | undefined): Promise<ImageMessage> {
    const row = Number.isSafeInteger(imageId) ? await this.images.find(imageId, clientId) : undefined;
    if (!row) throw new ImageNotFoundError(`No image has the id ${imageId}`);
    return imageMessage(imageStatusView(row));
  }
}
