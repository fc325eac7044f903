import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { InvalidRequestError } from '@ekphrasis/errors';
import { resolutions, type Resolution } from '@ekphrasis/statistics';
import { parseInstant } from './instant.js';

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const usualThreshold = 0.5;

/** The query of `GET /red/stats`. */
export class StatisticsQuery {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Its first moment; 24 hours before `to` by default',
  })
  from: number | undefined;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'The first moment that is past it; now by default',
  })
  to: number | undefined;

  @ApiPropertyOptional({
    type: Number,
    default: usualThreshold,
    description: 'Pictures with a larger share of red are counted',
  })
  above: number;

  @ApiPropertyOptional({ enum: resolutions, description: 'Counts for each of these as well, 10,000 at most' })
  bucket: Resolution | undefined;
}

type Texts = Partial<Record<keyof StatisticsQuery, unknown>>;

@Injectable()
export class StatisticsQueryPipe implements PipeTransform<Texts, StatisticsQuery> {
  /** @throws {InvalidRequestError} */
  transform({ from, to, above, bucket }: Texts): StatisticsQuery {
    return {
      from: instantOf('from', from),
      to: instantOf('to', to),
      above: thresholdOf(above),
      bucket: bucketOf(bucket),
    };
  }
}

function instantOf(name: string, text: unknown): number | undefined {
  if (text === undefined) return undefined;
  const instant = typeof text === 'string' ? parseInstant(text) : undefined;
  if (instant === undefined) throw unexpected('a time of ISO 8601, such as 2026-11-27T08:15:30Z,', name, text);
  return instant;
}

function thresholdOf(text: unknown): number {
  if (text === undefined) return usualThreshold;
  const threshold = typeof text === 'string' && decimal.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(threshold)) throw unexpected('a number', 'above', text);
  return threshold;
}

function bucketOf(text: unknown): Resolution | undefined {
  const bucket = resolutions.find((each) => each === text);
  if (text !== undefined && !bucket) throw unexpected(resolutions.join(', '), 'bucket', text);
  return bucket;
}

function unexpected(what: string, name: string, received: unknown): InvalidRequestError {
  return new InvalidRequestError([
    `Expected ${what} for ${name} but received ${JSON.stringify(received).slice(0, 100)}`,
  ]);
}
