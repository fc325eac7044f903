import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsIn,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  ValidateNested,
} from 'class-validator';
import { defineMessage } from '../message-contract.js';
import { processingOperations, ProcessingOptions, type ProcessingOperation } from './processing-options.js';

/** A job: do this with that uploaded picture. Its id is random, so no other job ever has it: it needs no nonce beside it. */
export class ProcessingRequested {
  @IsUUID()
  jobId: string;

  /** Where the original lies, in the storage of uploads. */
  @IsString()
  uploadKey: string;

  /** What the marker says of the storage in which the original lies. */
  @IsString()
  storageId: string;

  /** In the order in which they are applied. */
  @ArrayNotEmpty()
  @IsIn(processingOperations, { each: true })
  operations: ProcessingOperation[];

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ProcessingOptions)
  options?: ProcessingOptions;

  /** When the client was answered, ISO 8601. */
  @IsISO8601()
  requestedAt: string;
}

export const processingRequested = defineMessage('processing.requested', 1, ProcessingRequested);
