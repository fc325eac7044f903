import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from './run-result.js';

/** Where runs are kept, unless `--results` says otherwise. */
export const usualResults = join('.run', 'results');

const runFile = 'run.json';

/**
 * Keeps a run in a directory of its own, named by its time.
 *
 * @param files further ones, by name
 * @returns the directory
 */
export function keepRun(results: string, run: RunResult, files: Record<string, string>): string {
  const time = run.startedAt.slice(0, 19).replaceAll(':', '-');
  const workers = run.workers === null ? '' : `-workers-${run.workers}`;
  const directory = freeDirectory(join(results, `${time}-${run.tool}${workers}`));
  writeFileSync(join(directory, runFile), `${JSON.stringify(run)}\n`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

/** Two runs may begin in one second. */
function freeDirectory(wanted: string): string {
  mkdirSync(join(wanted, '..'), { recursive: true });
  for (let number = 1; ; number += 1) {
    const directory = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      mkdirSync(directory);
      return directory;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** All runs that are kept there, the oldest first; what is no run is passed over. */
export function readRuns(results: string): RunResult[] {
  return directoriesIn(results)
    .flatMap((name) => readRun(join(results, name, runFile)) ?? [])
    .toSorted((one, other) => (one.startedAt < other.startedAt ? -1 : 1));
}

function directoriesIn(results: string): string[] {
  try {
    return readdirSync(results);
  } catch {
    return []; // nothing was ever kept
  }
}

function readRun(file: string): RunResult | undefined {
  try {
    const run = JSON.parse(readFileSync(file, 'utf8')) as RunResult;
    return run.version === 1 && Array.isArray(run.jobs) ? run : undefined;
  } catch {
    return undefined; // a run that is being written, or something else
  }
}
