import { quantile } from '../statistics.js';
import type { Sample, Way } from './comparison.js';

/** What became of the messages of one way of asking, in a line. */
export function describeWay({ samples, stopped: [from, to] }: Way): string {
  const start = Math.min(...samples.map(({ sentAt }) => sentAt));
  const before = samples.filter(({ sentAt }) => sentAt < start + (from - 1) * 1_000);
  const lost = samples.filter(({ answeredAt }) => answeredAt === undefined).length;
  const slowest = Math.max(...latenciesOf(samples));
  return [
    `${samples.length} sent, ${lost} lost, the service away for ${(to - from).toFixed()} s`,
    `before the stop p50 ${described(before, 0.5)}, p99 ${described(before, 0.99)}`,
    `in all p50 ${described(samples, 0.5)}, p99 ${described(samples, 0.99)}, ${slowest} ms at most`,
  ].join('; ');
}

function described(samples: Sample[], fraction: number): string {
  return `${quantile(latenciesOf(samples), fraction)} ms`;
}

function latenciesOf(samples: Sample[]): number[] {
  return samples.flatMap(({ sentAt, answeredAt }) => (answeredAt === undefined ? [] : [answeredAt - sentAt]));
}
