import type { ProcessSample, Sample } from './resources.js';

/** Handles that come and go by themselves: a keep-alive connection of a health check, a file that is being written. */
const looseHandles = 12;
/** PostgreSQL's own helpers come and go. */
const looseConnections = 4;
/** A heap finds its size in the first minutes. A process whose memory grows by more than both of these between the first and the last third of its life is not flat. */
const looseShare = 0.5;
const looseBytes = 80e6;
/** RabbitMQ keeps up to 512 MiB of what went into quorum queues in RAM, until it writes that off as segments. */
const looseBrokerBytes = 600e6;
/** From so many on, a third of a process's samples is two, and one high one is forgiven; fewer say nothing. */
const enough = 6;

/** Growth of one process, from its first samples to its last. */
export interface Growth {
  process: string;
  pid: number;
  samples: number;
  /** Medians of the first third and the last third of its samples. */
  memory: [number, number];
  handles: [number, number];
  connections: [number, number];
}

/** What grew, process by process; a process that was started again begins anew. */
export function growthOf(samples: readonly Sample[]): Growth[] {
  const lives = new Map<string, ProcessSample[]>();
  for (const { processes } of samples) {
    for (const sample of processes) {
      const life = `${sample.process}/${sample.pid}`;
      lives.set(life, [...(lives.get(life) ?? []), sample]);
    }
  }
  return [...lives.values()].map((life) => ({
    process: life[0]!.process,
    pid: life[0]!.pid,
    samples: life.length,
    memory: ends(life.map(({ memory }) => memory)),
    handles: ends(life.map(({ handles }) => handles)),
    connections: ends(life.map(({ connections }) => connections)),
  }));
}

/** @returns what is not flat, in words */
export function findingsAbout(growth: readonly Growth[], samples: readonly Sample[]): string[] {
  const grown = growth.filter(({ samples: count }) => count >= enough).flatMap(findingsOf);
  const channels = samples.map((sample) => sample.channels);
  const [first, last] = ends(channels);
  return last > first ? [...grown, `channels grew from ${first} to ${last}`] : grown;
}

function findingsOf({ process, pid, memory, handles, connections }: Growth): string[] {
  const findings: string[] = [];
  const who = `${process} (${pid})`;
  const [least, most] = memory;
  const loose = process === 'rabbitmq' ? looseBrokerBytes : looseBytes;
  if (most - least > Math.max(loose, least * looseShare)) {
    findings.push(`${who}: memory grew from ${Math.round(least / 1e6)} to ${Math.round(most / 1e6)} MB`);
  }
  if (handles[1] - handles[0] > looseHandles) findings.push(`${who}: handles grew from ${handles.join(' to ')}`);
  if (connections[1] - connections[0] > looseConnections) {
    findings.push(`${who}: connections grew from ${connections.join(' to ')}`);
  }
  return findings;
}

/** Medians of the first third and of the last third. */
function ends(values: readonly number[]): [number, number] {
  const third = Math.max(1, Math.floor(values.length / 3));
  return [median(values.slice(0, third)), median(values.slice(-third))];
}

/** The lower one of two in the middle. */
function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? 0;
}
