import { IsInt, IsOptional, IsPositive, IsString } from 'class-validator';

/**
 * How the caption is searched for. What is absent is as the worker's model has it. The limits of the numbers are the API's and the
 * model's; a worker that cannot do what is asked reports the job as failed.
 */
export class CaptionOptions {
  /** The words that the caption goes on from. */
  @IsOptional()
  @IsString()
  prompt?: string;

  /** Beams of the search; 1 is greedy. */
  @IsOptional()
  @IsInt()
  @IsPositive()
  beams?: number;

  /** Captions wanted; with more than one, beams are as many at least. */
  @IsOptional()
  @IsInt()
  @IsPositive()
  captions?: number;

  /** Tokens of a caption at most, with its start, the prompt and its end. */
  @IsOptional()
  @IsInt()
  @IsPositive()
  maxLength?: number;
}
