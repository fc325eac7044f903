import { IsInt, IsISO8601, IsPositive, IsUUID } from 'class-validator';
import { defineMessage } from '../message-contract.js';

/** A worker has taken up a job. For people who watch: losing one harms nothing. */
export class ProcessingStarted {
  @IsUUID()
  jobId: string;

  /** 1 for the first try. */
  @IsInt()
  @IsPositive()
  attempt: number;

  /** ISO 8601. */
  @IsISO8601()
  startedAt: string;
}

export const processingStarted = defineMessage('processing.started', 1, ProcessingStarted);
