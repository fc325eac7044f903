/** The exchanges, queues and bindings of the product: the one place that names them. */

export interface ExchangeDeclaration {
  name: string;
  type: 'topic' | 'direct';
}

export interface QueueDeclaration {
  name: string;
  /** What is bound to the queue from the `images` exchange. */
  routingKeys: string[];
  /** Queue arguments. All queues here are durable quorum queues. */
  arguments: Record<string, string | number>;
}

export const imagesExchange: ExchangeDeclaration = { name: 'images', type: 'topic' };

/** Tries of one job, the first included, before it is dead-lettered. */
export const maxAttempts = 5;

/**
 * Rests of one job, beside those after failed attempts, while what all jobs need (storage, say) is away: a day of them.
 * After that it is dead-lettered.
 */
export const maxRests = 1_440;

/** How long a job rests after its first, second … failed attempt, in milliseconds. */
export const retryDelaysMs = [1_000, 5_000, 20_000, 60_000] as const;

/**
 * The broker's own limit on deliveries, a backstop for jobs whose consumer dies before it can count: one above
 * `maxAttempts`, so that the consumer's exact count decides wherever a consumer lives long enough to look at the job.
 */
const deliveryLimit = maxAttempts + 1;

/** Refuses publishes past this many waiting jobs; the outbox then keeps the rest. At-least-once dead-lettering wants a bound. */
const maxWaitingJobs = 2_000_000;

/** RabbitMQ 4 drops what was delivered 20 times from a quorum queue that sets no limit; these are waited out instead. */
const noDeliveryLimit = 1_000_000_000;

function quorum(deadLetterTo?: string): Record<string, string | number> {
  return {
    'x-queue-type': 'quorum',
    'x-delivery-limit': noDeliveryLimit,
    ...(deadLetterTo && {
      'x-dead-letter-exchange': imagesExchange.name,
      'x-dead-letter-routing-key': deadLetterTo,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      'x-max-length': maxWaitingJobs,
    }),
  };
}

/** The jobs, shared by all workers. */
export const captionJobs: QueueDeclaration = {
  name: 'caption.jobs',
  routingKeys: ['caption.requested'],
  arguments: { ...quorum('caption.dead'), 'x-delivery-limit': deliveryLimit },
};

/** Jobs whose worker died or vanished while it held them: they are tried one at a time, so that a poisonous one harms no other. */
export const isolatedCaptionJobs: QueueDeclaration = {
  name: 'caption.jobs.isolated',
  routingKeys: ['caption.isolated'],
  arguments: { ...quorum('caption.dead'), 'x-delivery-limit': deliveryLimit },
};

/** Where a job rests after its n-th failed attempt (n from 1); the queue's time-to-live sends it back to `caption.jobs`. */
export const captionRetryQueues: QueueDeclaration[] = retryDelaysMs.map((delay, index) => ({
  name: `caption.jobs.retry.${index + 1}`,
  routingKeys: [captionRetryKey(index + 1)],
  arguments: { ...quorum('caption.requested'), 'x-message-ttl': delay },
}));

export function captionRetryKey(failedAttempts: number): string {
  return `caption.retry.${Math.min(failedAttempts, retryDelaysMs.length)}`;
}

/** Jobs that have waited together, for a host say, and are to be looked at again: many in one message. */
export const deferredCaptionJobs: QueueDeclaration = {
  name: 'caption.jobs.deferred',
  routingKeys: ['caption.deferred.due'],
  arguments: quorum(),
};

/** Where they wait meanwhile; the queue's time-to-live sends them back to `caption.jobs.deferred`. */
export const deferredRestQueues: QueueDeclaration[] = retryDelaysMs.map((delay, index) => ({
  name: `caption.jobs.deferred.${index + 1}`,
  routingKeys: [`caption.deferred.${index + 1}`],
  arguments: { ...quorum('caption.deferred.due'), 'x-message-ttl': delay },
}));

/** The routing key of the longest rest that is over by then; of the shortest one where all are longer. */
export function deferredRestKey(waitMs: number): string {
  const fitting = retryDelaysMs.findLastIndex((delay) => delay <= waitMs);
  return `caption.deferred.${Math.max(fitting, 0) + 1}`;
}

/** Jobs that used up their attempts, and bodies that are no jobs. */
export const deadCaptionJobs: QueueDeclaration = {
  name: 'caption.jobs.dead',
  routingKeys: ['caption.dead'],
  arguments: quorum(),
};

/** What workers report, consumed by all API replicas in competition. */
export const completions: QueueDeclaration = {
  name: 'api.completions',
  routingKeys: ['caption.started', 'caption.completed', 'caption.failed', 'caption.waiting'],
  arguments: quorum('completion.dead'),
};

/** Reports that no replica could understand. */
export const deadCompletions: QueueDeclaration = {
  name: 'api.completions.dead',
  routingKeys: ['completion.dead'],
  arguments: quorum(),
};

export const queues: QueueDeclaration[] = [
  captionJobs,
  isolatedCaptionJobs,
  ...captionRetryQueues,
  deferredCaptionJobs,
  ...deferredRestQueues,
  deadCaptionJobs,
  completions,
  deadCompletions,
];
