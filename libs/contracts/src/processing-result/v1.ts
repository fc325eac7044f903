import { IsInt, IsPositive, IsString } from 'class-validator';
import { codecOf } from '../message-contract.js';

/** What a job came to. Workers keep it in storage, under `processingRecordKey`, and report it. */
export class ProcessingResult {
  /** Where the picture lies, in the storage of processed pictures. */
  @IsString()
  processedKey: string;

  /** In pixels; of an animation, of one frame. */
  @IsInt()
  @IsPositive()
  width: number;

  @IsInt()
  @IsPositive()
  height: number;

  /** How large the file is. */
  @IsInt()
  @IsPositive()
  bytes: number;

  /** `jpeg`, `png` …: that of the original. */
  @IsString()
  format: string;
}

export const processingResult = codecOf('processing.result.v1', ProcessingResult);
