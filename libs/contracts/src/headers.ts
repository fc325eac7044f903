/** Message headers of our own. The broker's `x-death` is not relied on: RabbitMQ 4 ignores it when a message is published again. */
export const headers = {
  /** The trace that it belongs to (W3C Trace Context); absent where nothing is traced. */
  traceparent: 'traceparent',
  /** The attempt this message asks for, from 1. */
  attempt: 'x-attempt',
  /** How many attempts are counted only because a worker was lost that held the job with others. */
  lostBesideOthers: 'x-lost-beside-others',
  /** How many retries its job has had that cost no attempt, because what all jobs need was away. */
  uncountedRetries: 'x-rests',
  /** Since when its job waits for the same host, in milliseconds since 1970; such waiting costs no attempt. */
  deferredSince: 'x-deferred-since',
  /** Why it was dead-lettered: an error's code. */
  deathCode: 'x-death-code',
  /** Why it was dead-lettered: one sentence. */
  deathReason: 'x-death-reason',
  /** The routing key it had before it was dead-lettered, for sending it again. */
  originalRoutingKey: 'x-original-routing-key',
  /** What tells a message of a queue that others fill from another one with the same body: drawn for each, a UUID. */
  deliveryId: 'x-delivery-id',
} as const;
