import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

export interface Processor {
  model: string;
  cores: number;
  /** Of the instruction sets that int8 and float32 products use, those that it has; empty where nobody can tell. */
  instructionSets: string[];
}

/** As Linux names them, the widest last. */
const instructionSets = ['avx2', 'avx512f', 'avx_vnni', 'avx512_vnni', 'avx512_bf16', 'amx_bf16', 'amx_int8'];

export async function describeProcessor(): Promise<Processor> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const flags = new Set(/^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? []);
  return {
    model: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    instructionSets: instructionSets.filter((name) => flags.has(name)),
  };
}
