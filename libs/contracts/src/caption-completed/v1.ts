import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsISO8601,
  IsInt,
  IsNumber,
  IsOptional,
  IsPositive,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { defineMessage } from '../message-contract.js';

/** One of several captions. */
export class FoundCaption {
  @IsString()
  text: string;

  /** Mean token probability, 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  confidence: number;
}

/** A job is done and its result file is written: the caption, reported to whoever records it. */
export class CaptionCompleted {
  @IsInt()
  @IsPositive()
  imageId: number;

  @IsString()
  description: string;

  /** Mean token probability, 0 to 1. Absent where an earlier attempt made the caption and only its file is left. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  confidence?: number;

  /** All captions, the best first, which is the description. Absent where there is only one. */
  @IsOptional()
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => FoundCaption)
  captions?: FoundCaption[];

  /** What made the caption. Absent where the confidence is. */
  @IsOptional()
  @IsString()
  model?: string;

  @IsInt()
  @IsPositive()
  attempt: number;

  /** ISO 8601. */
  @IsISO8601()
  startedAt: string;

  /** ISO 8601. */
  @IsISO8601()
  completedAt: string;
}

export const captionCompleted = defineMessage('caption.completed', 1, CaptionCompleted);
