import { IsInt, IsISO8601, IsPositive, IsUUID } from 'class-validator';
import { defineMessage } from '../message-contract.js';
import { ProcessingResult } from '../processing-result/v1.js';

/** A job is done and its result is in storage: a worker's report to whoever records it. */
export class ProcessingDone extends ProcessingResult {
  @IsUUID()
  jobId: string;

  @IsInt()
  @IsPositive()
  attempt: number;

  /** ISO 8601, by the worker's clock: only the time between two such times tells anything. */
  @IsISO8601()
  startedAt: string;

  /** ISO 8601. */
  @IsISO8601()
  doneAt: string;
}

export const processingDone = defineMessage('processing.done', 1, ProcessingDone);
