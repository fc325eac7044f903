import autocannon, { type Result } from 'autocannon';
import { pictureUrl, type Load, type LoadOptions } from './load.js';
import { quantile } from '../statistics.js';
import { answerTask } from './task.js';

/** autocannon's own latencies are whole milliseconds; these are as it times each answer. */
async function load({ url, connections, seconds }: LoadOptions): Promise<Load> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  let lastAt = startedAt;
  const { errors, timeouts, non2xx } = await new Promise<Result>((resolve, reject) => {
    const options = {
      url,
      connections,
      duration: seconds,
      method: 'POST' as const,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ image_url: pictureUrl }),
    };
    const run = autocannon(options, (error, result) => (error ? reject(error as Error) : resolve(result)));
    run.on('response', (_client, _status, _bytes, milliseconds) => {
      latencies.push(milliseconds);
      lastAt = performance.now();
    });
  });
  const bad = errors + timeouts + non2xx;
  if (bad > 0) throw new Error(`${bad} of ${latencies.length} requests were not answered well (${url})`);
  return {
    count: latencies.length,
    perSecond: latencies.length / ((lastAt - startedAt) / 1000),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

answerTask(load);
