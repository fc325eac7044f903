import { findingsAbout, growthOf } from './flatness.js';
import type { ProcessSample, Sample } from './resources.js';

/** Six samples of one process, each changed by `change` of its number from 0 to 5. */
function life(change: (number: number) => Partial<ProcessSample & { channels: number }>): Sample[] {
  return Array.from({ length: 6 }, (_, number) => {
    const { channels = 10, ...changed } = change(number);
    const process = { process: 'api-1', pid: 1, memory: 100e6, handles: 40, connections: 2, ...changed };
    return { at: number, processes: [process], channels };
  });
}

function findings(samples: Sample[]): string[] {
  return findingsAbout(growthOf(samples), samples);
}

describe('the judgement whether a process is flat', () => {
  it('has nothing against one that stays as it is, or shrinks', () => {
    expect(findings(life(() => ({})))).toEqual([]);
    expect(findings(life((number) => ({ memory: 200e6 - number * 10e6 })))).toEqual([]);
  });

  it.each([
    ['memory', (number: number) => ({ memory: 100e6 + number * 50e6 })],
    ['handles', (number: number) => ({ handles: 40 + number * 10 })],
    ['connections', (number: number) => ({ connections: 2 + number * 2 })],
    ['channels', (number: number) => ({ channels: 10 + number })],
  ])('finds %s that grow', (what, change) => {
    expect(findings(life(change))).toEqual([expect.stringContaining(what)]);
  });

  it('lets the broker keep what it has not written off yet', () => {
    const growing = (bytes: number) => life((number) => ({ process: 'rabbitmq', memory: 170e6 + number * bytes }));
    expect(findings(growing(30e6))).toEqual([]);
    expect(findings(growing(200e6))).toEqual([expect.stringContaining('memory')]);
  });

  it('forgives one high sample', () => {
    expect(findings(life((number) => (number === 4 ? { memory: 900e6, handles: 400 } : {})))).toEqual([]);
  });

  it('begins anew with each process', () => {
    expect(findings(life((number) => ({ pid: number, memory: number * 100e6 })))).toEqual([]);
  });
});
