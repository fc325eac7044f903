import { parseArgs } from 'node:util';
import { ToolError } from './tool-error.js';

/** One option of a tool; all take a value but those of the kind `flag`. */
export type Option =
  | { kind: 'number'; meaning: string; default?: number; least: number; most: number; whole?: boolean }
  | { kind: 'text'; meaning: string; default?: string }
  | { kind: 'flag'; meaning: string };

type ValueOf<T extends Option> = T extends { kind: 'flag' }
  ? boolean
  : T extends { kind: 'number' }
    ? T extends { default: number }
      ? number
      : number | undefined
    : T extends { default: string }
      ? string
      : string | undefined;

export type Values<T extends Record<string, Option>> = { [Name in keyof T]: ValueOf<T[Name]> };

/**
 * Reads a tool's command line.
 *
 * @param usage how the tool is called, the first line of `--help`
 * @returns undefined where `--help` was asked for, and has been printed
 * @throws ToolError `usage`
 */
export function parseOptions<T extends Record<string, Option>>(
  usage: string,
  options: T,
  args: string[],
): Values<T> | undefined {
  const known = Object.entries(options).map(([name, { kind }]) => [
    name,
    { type: kind === 'flag' ? 'boolean' : 'string' },
  ]);
  const values = parse(args, Object.fromEntries(known) as Record<string, { type: 'boolean' | 'string' }>);
  if (values.help) {
    console.log(helpOf(usage, options));
    return undefined;
  }
  const read = Object.entries(options).map(([name, option]) => [name, valueOf(name, option, values[name])]);
  return Object.fromEntries(read) as Values<T>;
}

function parse(args: string[], options: Record<string, { type: 'boolean' | 'string' }>): Record<string, unknown> {
  try {
    return parseArgs({ args, options: { ...options, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    throw new ToolError('usage', `${(error as Error).message.split(/\. |\n/)[0]} (--help has the options)`, {
      cause: error,
    });
  }
}

function valueOf(name: string, option: Option, value: unknown): unknown {
  if (option.kind === 'flag') return value === true;
  if (value === undefined) return option.default;
  if (option.kind === 'text') return value;
  const { least, most, whole = true } = option;
  const number = Number(value);
  if (
    value === '' ||
    !Number.isFinite(number) ||
    (whole && !Number.isInteger(number)) ||
    number < least ||
    number > most
  ) {
    const wanted = `${whole ? 'a whole number' : 'a number'} from ${least} to ${most}`;
    throw new ToolError('usage', `Expected ${wanted} for --${name} but received "${value as string}"`);
  }
  return number;
}

function helpOf(usage: string, options: Record<string, Option>): string {
  const lines = Object.entries(options).map(([name, option]) => {
    const title = option.kind === 'flag' ? `--${name}` : `--${name} <${option.kind === 'number' ? 'n' : 'text'}>`;
    const usual = option.kind !== 'flag' && option.default !== undefined ? `; ${option.default} by default` : '';
    return `  ${title.padEnd(22)} ${option.meaning}${usual}`;
  });
  return [usage, '', ...lines].join('\n');
}
