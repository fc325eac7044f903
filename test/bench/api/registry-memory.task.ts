import { ProcessedIdsRegistry } from '../../../apps/api/src/images/finished-ids/processed-ids-registry.js';
import { answerTask } from './task.js';

export interface RegistryMemoryOptions {
  ids: number;
  /** 1 for ids without gaps, 10 for every tenth. */
  step: number;
}

export interface RegistryMemory {
  bytesPerId: number;
}

/** Everything that the process holds more once the ids are in. */
async function measure({ ids, step }: RegistryMemoryOptions): Promise<RegistryMemory> {
  const registry = new ProcessedIdsRegistry();
  const before = heldBytes();
  for (let id = 1; id <= ids; id += 1) registry.add(id * step);
  const bytesPerId = (heldBytes() - before) / registry.size;
  return { bytesPerId };
}

function heldBytes(): number {
  global.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

answerTask(measure);
