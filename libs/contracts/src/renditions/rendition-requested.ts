import { IsInt, IsISO8601, IsOptional, IsPositive, IsString, ValidateIf } from 'class-validator';
import { Nonce } from '../nonce.js';

/** A job: make a rendition of this image. Carries either the URL to fetch or the key of a picture in storage. */
export class RenditionRequested {
  @IsInt()
  @IsPositive()
  imageId: number;

  /** Of the image’s row; the rendition's key has it. */
  @Nonce()
  nonce?: string;

  /** As the client gave it; possibly without a scheme. */
  @ValidateIf((message: RenditionRequested) => message.pictureKey === undefined)
  @IsString()
  url?: string;

  /** Where the uploaded picture lies in storage. */
  @ValidateIf((message: RenditionRequested) => message.url === undefined)
  @IsString()
  pictureKey?: string;

  /** What the marker says of the storage in which the picture lies. */
  @IsOptional()
  @IsString()
  storageId?: string;

  /** ISO 8601. */
  @IsISO8601()
  requestedAt: string;
}
