import { parseArgs, type ParseArgsConfig } from 'node:util';
import { precisions, type Precision } from '../bundle/bundle-format.js';
import { UsageError } from './usage-error.js';

type Options = NonNullable<ParseArgsConfig['options']>;

export interface ParsedArguments {
  positionals: string[];
  text(option: string): string | undefined;
  number(option: string): number | undefined;
  flag(option: string): boolean;
}

/**
 * Parses a command's arguments.
 * @param least positional arguments at least, and at most where `most` is given
 * @throws UsageError
 */
export function parseArguments(args: string[], options: Options, least: number, most = least): ParsedArguments {
  const { values, positionals } = parseOrExplain(args, options);
  if (positionals.length < least || positionals.length > most) {
    const expected = least === most ? String(least) : `at least ${least}`;
    throw new UsageError(`Expected ${expected} argument(s) but received ${positionals.length}`);
  }
  const text = (option: string): string | undefined => values[option] as string | undefined;
  return {
    positionals,
    text,
    flag: (option) => values[option] === true,
    number: (option) => {
      const value = text(option);
      if (value === undefined) return undefined;
      if (value.trim() === '' || !Number.isFinite(Number(value))) {
        throw new UsageError(`Expected a number for --${option} but received "${value}"`);
      }
      return Number(value);
    },
  };
}

/** @throws UsageError */
export function precisionOf(parsed: ParsedArguments): Precision {
  const value = parsed.text('precision') ?? 'int8';
  if (precisions.includes(value as Precision)) return value as Precision;
  throw new UsageError(`Expected ${precisions.join(' or ')} for --precision but received "${value}"`);
}

/** @throws UsageError */
export function outOf(parsed: ParsedArguments): string {
  const out = parsed.text('out');
  if (!out) throw new UsageError('Expected --out <directory>');
  return out;
}

function parseOrExplain(args: string[], options: Options): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
