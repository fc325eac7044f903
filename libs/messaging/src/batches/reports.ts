import type { JobDefinition, MessageContract } from '@ekphrasis/contracts';
import { decoderOf } from '../settlement/delivery.js';
import type { BatchConsumerOptions } from './batch-consumer.js';

/**
 * What a consumer of a kind of job's reports reads, and how. Reports are retried in place; only what cannot be understood is dead.
 * @throws Error for a kind of job that has no reports
 */
export function reportsOf<Report extends object>(
  job: JobDefinition,
): Pick<BatchConsumerOptions<Report>, 'source' | 'decode'> {
  if (!job.reports) throw new Error(`${job.name} jobs have no reports`);
  const { queue, deadKey, contracts } = job.reports;
  return {
    source: { queue: queue.name, deadKey, rowIn: (body) => job.rowIn(body) },
    decode: decoderOf(contracts as readonly MessageContract<Report>[]),
  };
}
