import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { InvalidRequestError } from '@ekphrasis/errors';
import { describe } from '@ekphrasis/validation';

const mostListed = 1_000;
const usuallyListed = 100;

/** Which deliveries are listed. */
export class DeliveryListQuery {
  @ApiPropertyOptional({ description: 'A delivery_id: those before it. By default the newest' })
  before?: number;

  @ApiPropertyOptional({ description: 'So many at most', minimum: 1, maximum: mostListed, default: usuallyListed })
  limit: number;
}

@Injectable()
export class DeliveryListQueryPipe implements PipeTransform<Record<string, unknown>, DeliveryListQuery> {
  transform({ before, limit = String(usuallyListed) }: Record<string, unknown>): DeliveryListQuery {
    return {
      limit: whole('limit', limit, mostListed),
      ...(before !== undefined && { before: whole('before', before, Number.MAX_SAFE_INTEGER) }),
    };
  }
}

function whole(field: string, value: unknown, most: number): number {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : NaN;
  if (number >= 1 && number <= most) return number;
  throw new InvalidRequestError([
    `Expected a whole number from 1 to ${most} for ${field} but received ${describe(value)}`,
  ]);
}
