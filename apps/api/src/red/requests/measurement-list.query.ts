import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { InvalidRequestError } from '@ekphrasis/errors';
import { parseMeasurementId } from './measurement-id.js';

const mostListed = 1_000;
const usuallyListed = 100;

/** The query of `GET /red/measurements`. */
export class MeasurementListQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'The `measurement_id` behind which the list begins',
    example: '17',
  })
  after: number;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: mostListed, default: usuallyListed })
  limit: number;
}

@Injectable()
export class MeasurementListQueryPipe implements PipeTransform<Record<string, unknown>, MeasurementListQuery> {
  /** @throws {InvalidRequestError} */
  transform({ after, limit }: Record<string, unknown>): MeasurementListQuery {
    return { after: afterOf(after), limit: limitOf(limit) };
  }
}

function afterOf(text: unknown): number {
  if (text === undefined || text === '0') return 0;
  const id = typeof text === 'string' ? parseMeasurementId(text) : undefined;
  if (id === undefined) throw unexpected('a measurement_id', 'after', text);
  return id;
}

function limitOf(text: unknown): number {
  if (text === undefined) return usuallyListed;
  const limit = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > mostListed) throw unexpected(`a whole number from 1 to ${mostListed}`, 'limit', text);
  return limit;
}

function unexpected(what: string, name: string, received: unknown): InvalidRequestError {
  return new InvalidRequestError([
    `Expected ${what} for ${name} but received ${JSON.stringify(received).slice(0, 100)}`,
  ]);
}
