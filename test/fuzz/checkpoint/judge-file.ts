import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ShardedWeights } from '../../../libs/blip/src/checkpoint/sharded-weights.js';
import { isCodedError } from '../../../libs/blip/src/coded-errors.js';
import { PytorchFile } from '../../../libs/blip/src/pytorch/pytorch-file.js';
import { SafetensorsFile } from '../../../libs/blip/src/safetensors/safetensors-file.js';
import type { WeightSource } from '../../../libs/blip/src/weights/weight-source.js';
import type { FileForm, WrongFile } from './make-file.js';
import { MemoryMeter } from '../../support/memory-meter.js';

/** What a file may cost: processor time, and memory beyond its own size. */
const bounds = { milliseconds: 1000, bytes: 100e6 };
const longestMessage = 1000;

export interface Verdict {
  /** `taken`, or the code of the refusal. */
  outcome: string;
  finding?: string;
  milliseconds: number;
  /** Memory beyond the file's size. */
  bytes: number;
}

const readers: Readonly<Record<FileForm, readonly [file: string, open: (path: string) => Promise<WeightSource>]>> = {
  pytorch: ['x.bin', (path) => PytorchFile.open(path)],
  safetensors: ['x.safetensors', (path) => SafetensorsFile.open(path)],
  index: ['x.bin.index.json', (path) => ShardedWeights.open(path, '.bin', (shard) => PytorchFile.open(shard))],
};

/** Opens a file and reads every tensor in it. What it is refused with must be one line of a known code. */
export async function judgeFile(directory: string, { form, bytes: content }: WrongFile): Promise<Verdict> {
  const [file, open] = readers[form];
  const path = join(directory, file);
  await writeFile(path, content);
  const started = process.cpuUsage();
  const memory = new MemoryMeter();
  const { outcome, finding } = await readWhole(() => open(path));
  const { user, system } = process.cpuUsage(started);
  const cost = { milliseconds: (user + system) / 1000, bytes: Math.max(0, memory.bytes() - content.length) };
  return { outcome, finding: finding ?? expensive(cost), ...cost };
}

async function readWhole(open: () => Promise<WeightSource>): Promise<{ outcome: string; finding?: string }> {
  let source: WeightSource | undefined;
  try {
    source = await open();
    return { outcome: 'taken', finding: await readTensors(source) };
  } catch (error) {
    if (!isCodedError(error)) return { outcome: 'crashed', finding: String((error as Error).stack) };
    const isLine = !/[\p{Cc}\u2028\u2029]/u.test(error.message) && error.message.length < longestMessage;
    return { outcome: error.code, finding: isLine ? undefined : `says ${JSON.stringify(error.message)}` };
  } finally {
    await source?.close();
  }
}

/** @returns what is wrong with what was read */
async function readTensors(source: WeightSource): Promise<string | undefined> {
  for (const { name, type, shape, pieces } of source.tensors.values()) {
    if (!/^B?F\d+$/.test(type)) continue;
    let elements = 0;
    for await (const piece of pieces()) elements += piece.length;
    if (elements !== shape.reduce((product, size) => product * size, 1)) {
      return `tensor ${JSON.stringify(name)} of shape [${shape.join()}] has ${elements} elements`;
    }
  }
  return undefined;
}

function expensive({ milliseconds, bytes }: { milliseconds: number; bytes: number }): string | undefined {
  if (milliseconds > bounds.milliseconds) return `took ${Math.round(milliseconds)} ms of processor time`;
  if (bytes > bounds.bytes) return `took ${bytes} bytes of memory beyond its own size`;
  return undefined;
}
