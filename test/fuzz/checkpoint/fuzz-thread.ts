import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dice } from '../dice.js';
import { judgeFile } from './judge-file.js';
import { makeFile } from './make-file.js';
import { readSeeds, writeShards } from './seeds.js';

export interface FuzzResult {
  /** Files by `<kind> <outcome>`. */
  counts: Record<string, number>;
  findings: string[];
  slowestMs: number;
  /** The most memory that a file took beyond its own size. */
  peakBytes: number;
}

export interface FuzzSteps {
  repository: string;
  seed: number;
  first: number;
  count: number;
}

const mostFindings = 20;

/** Makes and judges files, one after the other; tells each step before it begins, so that a hang can be told from outside. */
export async function fuzzFiles(
  { repository, seed, first, count }: FuzzSteps,
  onStep: (step: number) => void = () => undefined,
): Promise<FuzzResult> {
  const seeds = await readSeeds(repository);
  const directory = mkdtempSync(join(tmpdir(), 'ekphrasis-fuzz-'));
  const result: FuzzResult = { counts: {}, findings: [], slowestMs: 0, peakBytes: 0 };
  try {
    await writeShards(directory);
    for (let step = first; step < first + count && result.findings.length < mostFindings; step++) {
      onStep(step);
      const file = makeFile(seeds, Dice.ofStep(seed, step));
      const { outcome, finding, milliseconds, bytes } = await judgeFile(directory, file);
      const key = `${file.kind} ${outcome}`;
      result.counts[key] = (result.counts[key] ?? 0) + 1;
      result.slowestMs = Math.max(result.slowestMs, milliseconds);
      result.peakBytes = Math.max(result.peakBytes, bytes);
      if (finding !== undefined)
        result.findings.push(`step ${step} (${file.kind}, ${file.bytes.length} bytes): ${finding}`);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return result;
}
