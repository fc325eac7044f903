import { Injectable } from '@nestjs/common';
import type { Chunk, ImageMessage, SubmitRequest } from '@ekphrasis/contracts';
import {
  ImageIntake,
  ImageNotFoundError,
  ImageStatusRepository,
  imageStatusView,
  PictureUpload,
  readImageRequest,
} from '@ekphrasis/images';
import { MessageServiceSettings } from '../message-service.settings.js';
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

  /** @throws {UploadRefusedError} and what `PictureUpload` throws */
  upload(chunks: AsyncIterable<Chunk>, clientId: string | undefined): Promise<number> {
    const read = async () => ({ picture: await readPicture(chunks, this.settings.UPLOAD_MAX_BYTES), details: {} });
    return this.uploads.accept({ read }, { clientId });
  }

  /** @throws {ImageNotFoundError} for what is another client's, too */
  async get(imageId: number, clientId: string | undefined): Promise<ImageMessage> {
    const [row] = Number.isSafeInteger(imageId) ? await this.images.find([imageId], clientId) : [];
    if (!row) throw new ImageNotFoundError(`No image has the id ${imageId}`);
    return imageMessage(imageStatusView(row));
  }
}
