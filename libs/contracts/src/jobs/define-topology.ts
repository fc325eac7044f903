import type { JobDefinition } from './job-definition.js';
import { checkDistinct, type QueueDeclaration } from './queue-declaration.js';

/** What every process declares on the broker, beside the exchange. */
export interface Topology {
  readonly jobs: readonly JobDefinition[];
  readonly queues: readonly QueueDeclaration[];
}

/** @throws Error where two kinds of job have a name, a queue or a routing key in common */
export function defineTopology(jobs: readonly JobDefinition[]): Topology {
  const queues = jobs.flatMap(({ allQueues }) => allQueues);
  checkDistinct(queues);
  return { jobs, queues };
}
