import { Injectable } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { Gauge, Registry } from 'prom-client';

/** What the processes that decode pictures hold, which are all the children that a worker has: `process_…` metrics leave them out. */
@Injectable()
export class DecoderMemory {
  constructor(registry: Registry) {
    new Gauge({
      name: 'ekphrasis_decoders_resident_memory_bytes',
      help: 'Resident memory of the processes that decode pictures; Linux only',
      registers: [registry],
      async collect() {
        this.set(await childrensMemory());
      },
    });
  }
}

async function childrensMemory(): Promise<number> {
  // those of the main thread; other threads start none
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8').catch(() => '');
  const sizes = await Promise.all(children.split(' ').filter(Boolean).map(residentBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** 0 for one that has ended meanwhile. */
async function residentBytes(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
