import type { TestedSystem } from '../faults/system/tested-system.js';
import { childrenOf, openHandles, residentBytes } from '../faults/watch/sampler.js';

/** What one process holds at a moment when nothing is broken and nothing waits. */
export interface ProcessSample {
  /** `api-1`, `worker-2`, `rabbitmq`, `postgres`. */
  process: string;
  /** Another one after each restart. */
  pid: number;
  /** Bytes in RAM, of its children too. */
  memory: number;
  /** Open files, sockets and pipes. */
  handles: number;
  /** To the broker; of PostgreSQL its processes, one a connection and some of its own. */
  connections: number;
}

export interface Sample {
  /** Seconds since the soak began. */
  at: number;
  processes: ProcessSample[];
  /** Channels that the broker counts on all connections of the product. */
  channels: number;
}

export async function takeSample(system: TestedSystem, at: number): Promise<Sample> {
  const members = system.members.map(({ name, pid, broker }) => sampleOf(name, pid, broker.connections));
  const all = system.members.reduce((sum, { broker }) => sum + broker.connections, 0);
  const services = [
    sampleOf('rabbitmq', system.broker.pid, all),
    sampleOf('postgres', system.database.pid, childrenOf(system.database.pid).length),
  ];
  return { at, processes: [...members, ...services], channels: await countChannels(system) };
}

/** The broker's management counts anew every five seconds. */
export async function countChannels({ broker }: TestedSystem): Promise<number> {
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`;
  const response = await fetch(`${broker.managementUrl}/api/channels?columns=name`, { headers: { authorization } });
  return ((await response.json()) as unknown[]).length;
}

function sampleOf(process: string, pid: number, connections: number): ProcessSample {
  return { process, pid, memory: residentBytes(pid), handles: openHandles(pid), connections };
}
