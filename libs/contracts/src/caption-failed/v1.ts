import { IsISO8601, IsInt, IsPositive, IsString } from 'class-validator';
import { defineMessage } from '../message-contract.js';
import { Nonce } from '../nonce.js';

/** A job has ended without a caption and no further attempt would help. */
export class CaptionFailed {
  @IsInt()
  @IsPositive()
  imageId: number;

  @Nonce()
  nonce?: string;

  /** The error's code, e.g. `host-not-found`. */
  @IsString()
  code: string;

  /** One sentence for people. */
  @IsString()
  reason: string;

  @IsInt()
  @IsPositive()
  attempt: number;

  /** ISO 8601. */
  @IsISO8601()
  startedAt: string;

  /** ISO 8601. */
  @IsISO8601()
  failedAt: string;
}

export const captionFailed = defineMessage('caption.failed', 1, CaptionFailed);
