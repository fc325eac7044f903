import { IsISO8601, IsInt, IsPositive } from 'class-validator';
import { CaptionResult } from '../caption-result/v1.js';
import { defineMessage } from '../message-contract.js';
import { Nonce } from '../nonce.js';

/** A job is done and its result is in storage: the caption, reported to whoever records it. */
export class CaptionCompleted extends CaptionResult {
  @IsInt()
  @IsPositive()
  imageId: number;

  @Nonce()
  nonce?: string;

  @IsInt()
  @IsPositive()
  attempt: number;

  /** ISO 8601, by the worker's clock, as every time in a report: only the time between two of them tells anything. */
  @IsISO8601()
  startedAt: string;

  /** ISO 8601. */
  @IsISO8601()
  completedAt: string;
}

export const captionCompleted = defineMessage('caption.completed', 1, CaptionCompleted);
