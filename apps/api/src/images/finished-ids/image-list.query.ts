import { ApiPropertyOptional } from '@nestjs/swagger';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from '@ekphrasis/errors';
import { parseImageId } from '@ekphrasis/images';

/** The query of `GET /images`. Both are optional: without them all ids come. */
export class ImageListQuery {
  @ApiPropertyOptional({ description: 'Only ids above this one', minimum: 0, type: Number })
  after: number;

  @ApiPropertyOptional({ description: 'At most this many ids, the lowest first', minimum: 1, type: Number })
  limit: number;
}

@Injectable()
export class ImageListQueryPipe implements PipeTransform<Record<string, unknown>, ImageListQuery> {
  transform({ after, limit }: Record<string, unknown>): ImageListQuery {
    return {
      after: after === '0' ? 0 : this.integer('after', after, 0),
      limit: this.integer('limit', limit, Infinity),
    };
  }

  private integer(name: string, text: unknown, otherwise: number): number {
    if (text === undefined) return otherwise;
    const value = typeof text === 'string' ? parseImageId(text) : undefined;
    if (value !== undefined) return value;
    throw new InvalidRequestError([`Expected a positive integer for ${name} but received ${JSON.stringify(text)}`]);
  }
}
