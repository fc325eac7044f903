import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsNumber, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { codecOf } from '../message-contract.js';

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

/** What a job came to. Workers keep it in storage, under `resultKey`, and report it. */
export class CaptionResult {
  @IsString()
  description: string;

  /** Mean token probability, 0 to 1. Absent where an earlier attempt made the caption and only its text is left. */
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
}

export const captionResult = codecOf('caption.result.v1', CaptionResult);
