import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from '@ekphrasis/errors';

const mostResults = 1_000;
const usualResults = 100;
const longestSearch = 200;

/** The query of `GET /api/results`. */
export interface ResultsQuery {
  /** Only ids above it. */
  after: number;
  /** Only ids below it, and of those the last ones. */
  before?: number;
  limit: number;
  /** Only those whose message, result or error has this in it, in whatever case. */
  search?: string;
}

@Injectable()
export class ResultsQueryPipe implements PipeTransform<Record<string, unknown>, ResultsQuery> {
  /** @throws {InvalidRequestError} */
  transform({ after, before, limit, search }: Record<string, unknown>): ResultsQuery {
    return {
      after: integer('after', after, 0, Number.MAX_SAFE_INTEGER) ?? 0,
      before: integer('before', before, 1, Number.MAX_SAFE_INTEGER),
      limit: integer('limit', limit, 1, mostResults) ?? usualResults,
      search: searched(search),
    };
  }
}

function integer(name: string, text: unknown, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidRequestError([
    `Expected an integer from ${least} to ${most} for ${name} but received ${shown(text)}`,
  ]);
}

function searched(text: unknown): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (typeof text === 'string' && text.length <= longestSearch && !text.includes('\0')) return text;
  throw new InvalidRequestError([
    `Expected a text of at most ${longestSearch} characters for search but received ${shown(text)}`,
  ]);
}

/** A parameter that came several times is an array. */
function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 100);
}
