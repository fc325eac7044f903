import type { EventsDefinition } from '../events/define-events.js';
import type { JobDefinition } from './job-definition.js';
import { checkDistinct, type QueueDeclaration } from './queue-declaration.js';

/** What every process declares on the broker, beside the exchange. */
export interface Topology {
  readonly jobs: readonly JobDefinition[];
  readonly events: readonly EventsDefinition[];
  readonly queues: readonly QueueDeclaration[];
}

/** @throws Error where two kinds of job or two sets of events have a queue or a routing key in common */
export function defineTopology(jobs: readonly JobDefinition[], events: readonly EventsDefinition[] = []): Topology {
  const queues = [...jobs.flatMap(({ allQueues }) => allQueues), ...events.flatMap(({ queue, dead }) => [queue, dead])];
  checkDistinct(queues);
  return { jobs, events, queues };
}

/**
 * The same topology, and queues that belong to no kind of job: those of a protocol whose clients declare them, too.
 * @throws Error where one has a name or a routing key that is taken
 */
export function withQueues(topology: Topology, added: readonly QueueDeclaration[]): Topology {
  const queues = [...topology.queues, ...added];
  checkDistinct(queues);
  return { ...topology, queues };
}
