import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { imageStatuses, type ImageStatus } from '@ekphrasis/contracts';
import { InvalidRequestError } from '@ekphrasis/errors';
import { describe, isText, wellFormed } from '@ekphrasis/validation';
import { statusIn, wholeIn } from '../search/search.query.js';

const usualLimit = 24;
const mostImages = 100;
const mostCharacters = 200;

/** The query of `GET /gallery`. All are optional. */
export class GalleryQuery {
  @ApiPropertyOptional({
    description: 'Only images whose description has these words, as people type them into a search',
    maxLength: mostCharacters,
    example: 'red circle',
  })
  words?: string;

  @ApiPropertyOptional({ description: 'Only images that are in this state', enum: imageStatuses })
  status?: ImageStatus;

  @ApiPropertyOptional({ description: 'Only images with ids below this one', minimum: 1 })
  before?: number;

  @ApiPropertyOptional({ description: 'So many at most', minimum: 1, maximum: mostImages, default: usualLimit })
  limit: number;
}

@Injectable()
export class GalleryQueryPipe implements PipeTransform<Record<string, unknown>, GalleryQuery> {
  transform({ words, status, before, limit }: Record<string, unknown>): GalleryQuery {
    return {
      ...(words !== undefined && words !== '' && { words: wordsIn(words) }),
      ...(status !== undefined && status !== '' && { status: statusIn(status) }),
      ...(before !== undefined && { before: wholeIn('before', before, Number.MAX_SAFE_INTEGER) }),
      limit: limit === undefined ? usualLimit : wholeIn('limit', limit, mostImages),
    };
  }
}

function wordsIn(text: unknown): string {
  if (isText(mostCharacters)(text)) return wellFormed(text as string);
  throw new InvalidRequestError([
    `Expected a text of at most ${mostCharacters} characters for words but received ${describe(text)}`,
  ]);
}
