import type { LoadResult } from '../faults/loads/load.js';
import type { Growth } from './flatness.js';

/** A fault of the soak, and how long it took. */
export interface InflictedFault {
  name: string;
  /** Seconds since the soak began. */
  at: number;
  seconds: number;
  /** From its end until everybody was ready and nothing waited. */
  secondsToRecover: number;
}

export interface SoakReport {
  seed: number;
  minutes: number;
  /** Pictures a second that the system can describe, measured before the soak. */
  capacity: number;
  /** Pictures a second that were submitted. */
  perSecond: number;
  faults: InflictedFault[];
  /** What became of all that clients asked for. */
  loads: LoadResult[];
  growth: Growth[];
  /** What was not as promised; the soak failed where there is any. */
  findings: string[];
}

/** For people: what was done, what became of the pictures, what grew. */
export function asText({ seed, capacity, perSecond, faults, loads, growth, findings }: SoakReport): string {
  return [
    `seed ${seed}; capacity ${capacity.toFixed(0)} pictures/s, load ${perSecond.toFixed(0)} pictures/s`,
    '',
    ...faults.map(
      ({ name, at, seconds, secondsToRecover }) =>
        `${at.toFixed(0).padStart(5)} s  ${name.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s, recovered in ${secondsToRecover.toFixed(1)} s`,
    ),
    '',
    ...loads.map(countsOf),
    '',
    ...growth.map(
      ({ process, pid, samples, memory, handles, connections }) =>
        `${process.padEnd(14)} ${String(pid).padStart(7)}  ${String(samples).padStart(3)} samples  memory ${megabytes(memory)} MB  ` +
        `handles ${handles.join(' → ')}  connections ${connections.join(' → ')}`,
    ),
    '',
    ...findings,
    findings.length === 0 ? 'flat, and nothing lost' : `${findings.length} findings`,
  ].join('\n');
}

function countsOf(load: LoadResult): string {
  const { kind, submitted, accepted, acknowledged, failed, lost, duplicated, recovered, unexpected } = load;
  return (
    `${kind}: submitted ${submitted}, accepted ${accepted}, acknowledged ${acknowledged}, failed ${failed}, lost ${lost.length}, ` +
    `duplicated ${duplicated.length}, recovered ${recovered}, unexpected ${unexpected.length}`
  );
}

function megabytes([first, last]: [number, number]): string {
  return `${Math.round(first / 1e6)} → ${Math.round(last / 1e6)}`;
}
