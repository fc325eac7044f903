import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { InvalidRequestError } from '@ekphrasis/errors';
import { describe } from '@ekphrasis/validation';

const mostListed = 1_000;

/** Which clients `GET /clients` lists. */
export class ClientListQuery {
  @ApiPropertyOptional({ description: 'A client_id: those behind it. By default all' })
  after?: string;

  @ApiPropertyOptional({ description: 'So many at most', minimum: 1, maximum: mostListed, default: mostListed })
  limit: number;
}

@Injectable()
export class ClientListQueryPipe implements PipeTransform<Record<string, unknown>, ClientListQuery> {
  transform({ after, limit = String(mostListed) }: Record<string, unknown>): ClientListQuery {
    if (typeof limit !== 'string' || !/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > mostListed) {
      throw new InvalidRequestError([
        `Expected a whole number from 1 to ${mostListed} for limit but received ${describe(limit)}`,
      ]);
    }
    if (after === undefined) return { limit: Number(limit) };
    if (typeof after === 'string' && !after.includes('\0')) return { after, limit: Number(limit) };
    throw new InvalidRequestError([`Expected a client_id for after but received ${describe(after)}`]);
  }
}
