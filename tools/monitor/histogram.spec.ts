import { Histogram as Recorder, Registry } from 'prom-client';
import { countOf, quantileOf, readHistogram, sinceThen } from './histogram.js';

const name = 'latency_seconds';

async function metricsOf(...values: number[]): Promise<string> {
  const registry = new Registry();
  const recorder = new Recorder({ name, help: 'x', buckets: [1, 2, 4], labelNames: ['kind'], registers: [registry] });
  for (const [index, value] of values.entries()) recorder.observe({ kind: index % 2 ? 'odd' : 'even' }, value);
  return registry.metrics();
}

it('reads what Prometheus would, all labels together', async () => {
  const histogram = readHistogram(await metricsOf(0.5, 1.5, 1.7, 3, 9), name)!;
  expect(histogram).toEqual({ bounds: [1, 2, 4, Infinity], counts: [1, 3, 4, 5] });
  expect(countOf(histogram)).toBe(5);
  expect(readHistogram(await metricsOf(1), 'another')).toBeUndefined();
});

it('estimates percentiles within a bucket, and no higher than the last bound', () => {
  const histogram = { bounds: [1, 2, 4, Infinity], counts: [0, 10, 10, 20] };
  expect(quantileOf(histogram, 0.25)).toBe(1.5);
  expect(quantileOf(histogram, 0.5)).toBe(2);
  expect(quantileOf(histogram, 0.99)).toBe(4);
  expect(quantileOf({ bounds: [1, Infinity], counts: [0, 0] }, 0.5)).toBeNaN();
});

it('tells what came in between, and all of it after a new start', async () => {
  const before = readHistogram(await metricsOf(0.5, 3), name)!;
  const now = readHistogram(await metricsOf(0.5, 3, 3, 9), name)!;
  expect(sinceThen(now, before).counts).toEqual([0, 0, 1, 2]);
  expect(sinceThen(before, now)).toEqual(before);
  expect(sinceThen(now, undefined)).toEqual(now);
});
