import { IsISO8601, IsInt, IsPositive, IsString, ValidateIf } from 'class-validator';
import { defineMessage } from '../message-contract.js';

/** A job: caption this picture. Carries either the URL to fetch or the key of a picture in storage. */
export class CaptionRequested {
  @IsInt()
  @IsPositive()
  imageId: number;

  /** As the client gave it; possibly without a scheme. */
  @ValidateIf((message: CaptionRequested) => message.pictureKey === undefined)
  @IsString()
  url?: string;

  /** Where the uploaded picture lies in storage. */
  @ValidateIf((message: CaptionRequested) => message.url === undefined)
  @IsString()
  pictureKey?: string;

  /** When the client was answered, ISO 8601. */
  @IsISO8601()
  requestedAt: string;
}

export const captionRequested = defineMessage('caption.requested', 1, CaptionRequested);
