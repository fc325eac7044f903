import { ArrayMaxSize, IsInt, IsOptional, IsPositive, IsString } from 'class-validator';
import { mostDeferredJobs } from '../deferred-jobs/v1.js';
import { defineMessage } from '../message-contract.js';

/** These images' jobs are not lost: they wait, for a host say, and a worker has looked after them. */
export class CaptionWaiting {
  @IsInt({ each: true })
  @IsPositive({ each: true })
  @ArrayMaxSize(mostDeferredJobs)
  imageIds: number[];

  /** The jobs' nonces, in the order of the ids; empty where a job has none. Absent where the sender knows of none. */
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(mostDeferredJobs)
  nonces?: string[];
}

export const captionWaiting = defineMessage('caption.waiting', 1, CaptionWaiting);
