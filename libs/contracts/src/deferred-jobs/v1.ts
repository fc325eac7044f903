import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsInt, IsPositive, IsString, Min, ValidateNested } from 'class-validator';

/** Jobs that are deferred together at most. */
export const mostDeferredJobs = 256;

/** One deferred job; times are in milliseconds since 1970. */
export class DeferredJob {
  /** The job's message, as it came. */
  @IsString()
  type: string;

  @IsString()
  body: string;

  /** The attempt that it asks for. */
  @IsInt()
  @IsPositive()
  attempt: number;

  /** How many retries it has had that cost no attempt. */
  @IsInt()
  @Min(0)
  rests: number;

  /** Since when it waits for the same. */
  @IsInt()
  since: number;

  /** When it may be tried again. */
  @IsInt()
  until: number;
}

/** Jobs that wait for the same, a host say, and are carried as one message: a hundred thousand of them are four hundred messages. */
export class DeferredBatch {
  /** What they wait for. */
  @IsString()
  key: string;

  /** Why, as an error says it: its code, and one sentence. */
  @IsString()
  code: string;

  @IsString()
  reason: string;

  /** How long they may wait in all, in milliseconds; after that they are given up for this reason. */
  @IsInt()
  @IsPositive()
  patienceMs: number;

  /** When it was last reported that they wait, in milliseconds since 1970; 0 for never. */
  @IsInt()
  @Min(0)
  reportedAt: number;

  @ArrayNotEmpty()
  @ArrayMaxSize(mostDeferredJobs)
  @ValidateNested({ each: true })
  @Type(() => DeferredJob)
  jobs: DeferredJob[];
}
