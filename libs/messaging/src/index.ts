export { BatchConsumer, type BatchConsumerOptions } from './batch-consumer.js';
export { BroadcastListener, type BroadcastListenerOptions } from './broadcast-listener.js';
export { Consumers } from './consumers.js';
export {
  deadLetterOf,
  deadLetterQueuesOf,
  deadLetterSource,
  type DeadLetter,
  type DeadLetterQueue,
} from './dead-letter.js';
export type { DeferralGate } from './deferral-gate.js';
export { attemptOf, decoderOf, type Delivery } from './delivery.js';
export type { DeliverySource } from './delivery-source.js';
export { JobConsumers, type JobConsumersOptions } from './job-consumers.js';
export { BrokerUnavailableError, PublishRefusedError, PublishUnknownError } from './messaging.errors.js';
export { MessagingModule, type MessagingOptions } from './messaging.module.js';
export { MessagingSettings } from './messaging.settings.js';
export { Publisher, type OutgoingMessage } from './publisher.js';
export { QueueDepths, type QueueDepth } from './queue-depths.js';
export { reportsOf } from './reports.js';
