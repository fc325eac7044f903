import { IsISO8601, IsInt, IsNumber, IsOptional, IsPositive, IsString, Max, Min } from 'class-validator';
import { defineMessage } from '../message-contract.js';

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
