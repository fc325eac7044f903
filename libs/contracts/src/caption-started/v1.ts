import { IsISO8601, IsInt, IsPositive } from 'class-validator';
import { defineMessage } from '../message-contract.js';
import { Nonce } from '../nonce.js';

/** A worker has taken up a job. For people who watch: losing one harms nothing. */
export class CaptionStarted {
  @IsInt()
  @IsPositive()
  imageId: number;

  @Nonce()
  nonce?: string;

  /** 1 for the first try. */
  @IsInt()
  @IsPositive()
  attempt: number;

  /** ISO 8601. */
  @IsISO8601()
  startedAt: string;
}

export const captionStarted = defineMessage('caption.started', 1, CaptionStarted);
