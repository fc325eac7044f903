import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { imageStatuses, type ImageStatus } from '@ekphrasis/contracts';
import { InvalidRequestError } from '@ekphrasis/errors';
import { parseImageId, tagCharacters } from '@ekphrasis/images';
import { describe, isText, wellFormed } from '@ekphrasis/validation';

const usualLimit = 100;
const mostImages = 1_000;

/** The query of `GET /images/search`. All are optional. */
export class SearchQuery {
  @ApiPropertyOptional({ description: 'Only images with this tag', maxLength: tagCharacters, example: 'holiday-2026' })
  tag?: string;

  @ApiPropertyOptional({ description: 'Only images that are in this state', enum: imageStatuses })
  status?: ImageStatus;

  @ApiPropertyOptional({ description: 'Only images with ids above this one', minimum: 0, default: 0 })
  after: number;

  @ApiPropertyOptional({ description: 'So many at most', minimum: 1, maximum: mostImages, default: usualLimit })
  limit: number;
}

@Injectable()
export class SearchQueryPipe implements PipeTransform<Record<string, unknown>, SearchQuery> {
  transform({ tag, status, after, limit }: Record<string, unknown>): SearchQuery {
    return {
      ...(tag !== undefined && { tag: tagIn(tag) }),
      ...(status !== undefined && { status: statusIn(status) }),
      after: after === undefined || after === '0' ? 0 : wholeIn('after', after, Number.MAX_SAFE_INTEGER),
      limit: limit === undefined ? usualLimit : wholeIn('limit', limit, mostImages),
    };
  }
}

export function statusIn(text: unknown): ImageStatus {
  const status = imageStatuses.find((one) => one === text);
  return status ?? refuse(imageStatuses.join(', '), 'status', text);
}

function tagIn(text: unknown): string {
  const isTag = isText(tagCharacters)(text);
  return isTag ? wellFormed(text as string) : refuse(`a text of at most ${tagCharacters} characters`, 'tag', text);
}

export function wholeIn(name: string, text: unknown, most: number): number {
  const value = typeof text === 'string' ? parseImageId(text) : undefined;
  return value !== undefined && value <= most ? value : refuse(`a whole number from 1 to ${most}`, name, text);
}

function refuse(expected: string, name: string, received: unknown): never {
  throw new InvalidRequestError([`Expected ${expected} for ${name} but received ${describe(received)}`]);
}
