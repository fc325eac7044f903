import type { Topology } from './jobs/define-topology.js';
import type { QueueDeclaration } from './jobs/queue-declaration.js';

/**
 * Texts to be answered by `MessageService`, one a message, as plain text. Its clients declare it, too, with no arguments: a difference
 * would close their channels, or ours. They publish to it by its name; we do by a routing key as with everything else.
 */
export const taskQueue: QueueDeclaration = { name: 'task_queue', routingKeys: ['task.submitted'], arguments: {} };

/** What the processes declare that have to do with that queue alone. Others leave it be: who declares it otherwise must not stop them. */
export const taskTopology: Topology = { jobs: [], events: [], queues: [taskQueue] };
