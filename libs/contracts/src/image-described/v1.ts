import { Type } from 'class-transformer';
import { IsNumber, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { FoundCaption } from '../caption-result/v1.js';
import { EndedImage } from '../ended-image.js';
import { defineMessage } from '../message-contract.js';

/** A client's image has its description. Told once an image: it is final. */
export class ImageDescribed extends EndedImage {
  @IsString()
  description: string;

  /** Mean token probability, 0 to 1; null where only the words are known. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  confidence: number | null;

  /** All captions, the best first; null where the description is the only one. */
  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => FoundCaption)
  captions: FoundCaption[] | null;

  /** What made the description; null where only the words are known. */
  @IsOptional()
  @IsString()
  model: string | null;
}

export const imageDescribed = defineMessage('image.described', 1, ImageDescribed);
