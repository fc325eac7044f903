import { ArrayNotEmpty, IsIn, IsInt, IsOptional, IsPositive, IsString, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { defineMessage } from '../message-contract.js';

export const imageStatuses = ['queued', 'processing', 'described', 'failed'] as const;
export type ImageStatus = (typeof imageStatuses)[number];

/** One image's newly committed status. */
export class RecordedStatus {
  @IsInt()
  @IsPositive()
  imageId: number;

  @IsIn(imageStatuses)
  status: ImageStatus;

  /** Of a described image: whose it is; null where it came without a key. Undefined where nobody says: earlier versions do not. */
  @IsOptional()
  @IsString()
  clientId?: string | null;
}

/** Statuses that have just been committed to the database, told to every API replica. */
export class ImageRecorded {
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => RecordedStatus)
  images: RecordedStatus[];
}

export const imageRecorded = defineMessage('image.recorded', 1, ImageRecorded);
