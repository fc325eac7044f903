import { Type } from 'class-transformer';
import {
  IsISO8601,
  IsInt,
  IsObject,
  IsOptional,
  IsPositive,
  IsString,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { defineMessage } from '../message-contract.js';
import { Nonce } from '../nonce.js';
import { CaptionOptions } from './caption-options.js';

/** A job: caption this picture. Carries either the URL to fetch or the key of a picture in storage. */
export class CaptionRequested {
  @IsInt()
  @IsPositive()
  imageId: number;

  /** Of the image’s row; see `newNonce`. Reports about the job carry it, and so does what is kept of it in storage. */
  @Nonce()
  nonce?: string;

  /** As the client gave it; possibly without a scheme. */
  @ValidateIf((message: CaptionRequested) => message.pictureKey === undefined)
  @IsString()
  url?: string;

  /** Where the uploaded picture lies in storage. */
  @ValidateIf((message: CaptionRequested) => message.url === undefined)
  @IsString()
  pictureKey?: string;

  /** What the marker says of the storage in which the picture lies. Absent in jobs by URL, and in those of earlier versions. */
  @IsOptional()
  @IsString()
  storageId?: string;

  /** Absent where the client gave none, and in jobs of a sender that knows of none; a worker that knows of none captions without. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CaptionOptions)
  options?: CaptionOptions;

  /** When the client was answered, ISO 8601. */
  @IsISO8601()
  requestedAt: string;
}

export const captionRequested = defineMessage('caption.requested', 1, CaptionRequested);
