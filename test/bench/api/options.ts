import { parseArgs } from 'node:util';
import { parts, type Part } from './figure.js';

export interface BenchOptions {
  /** Print JSON instead of a table. */
  json: boolean;
  parts: readonly Part[];
  /** How long each load lasts. */
  seconds: number;
}

/** Reads the command line. @throws Error that says what was expected */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [...parts] },
      seconds: { type: 'string', default: '4' },
    },
  });
  const chosen = values.only.flatMap((words) => words.split(','));
  const unknown = chosen.filter((word) => !parts.some((part) => part === word));
  if (unknown.length > 0) throw new Error(`Expected ${parts.join(', ')} for --only but received ${unknown.join(', ')}`);
  const seconds = Number(values.seconds);
  if (!(seconds >= 1 && seconds <= 600)) {
    throw new Error(`Expected 1 to 600 for --seconds but received ${values.seconds}`);
  }
  return { json: values.json, parts: parts.filter((part) => chosen.includes(part)), seconds };
}
