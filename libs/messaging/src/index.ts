export { BatchConsumer, type BatchConsumerOptions } from './batches/batch-consumer.js';
export { BroadcastListener, type BroadcastListenerOptions } from './batches/broadcast-listener.js';
export { MemoryCopy, type MemoryCopyOptions } from './batches/memory-copy.js';
export { Consumers } from './consumers.js';
export {
  deadLetterOf,
  deadLetterQueuesOf,
  deadLetterSource,
  type DeadLetter,
  type DeadLetterKind,
  type DeadLetterQueue,
} from './settlement/dead-letter.js';
export { DeliveryConsumer, type DeliveryConsumerOptions, type HeldDelivery } from './deliveries/delivery-consumer.js';
export type { DeferralGate } from './jobs/deferral-gate.js';
export { attemptOf, decoderOf, type Delivery } from './settlement/delivery.js';
export type { DeliverySource } from './settlement/delivery-source.js';
export {
  type IdentifiedMessage,
  IdentifiedConsumer,
  type IdentifiedConsumerOptions,
} from './identified/identified-consumer.js';
export { JobConsumers, type JobConsumersOptions } from './jobs/job-consumers.js';
export { BrokerUnavailableError, PublishRefusedError, PublishUnknownError } from './messaging.errors.js';
export { MessagingModule, type MessagingOptions } from './messaging.module.js';
export { MessagingSettings } from './messaging.settings.js';
export { Publisher, type OutgoingMessage } from './publishing/publisher.js';
export { QueueDepths, type QueueDepth } from './queue-depths.js';
export { reportsOf } from './batches/reports.js';
