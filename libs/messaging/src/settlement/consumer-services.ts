import type { MessagingMetrics } from '@ekphrasis/observability';
import type { BrokerConnection } from '../connection/broker-connection.js';
import type { Publisher } from '../publishing/publisher.js';
import type { Settlement } from './settlement.js';

/** What consumers of every kind need. */
export interface ConsumerServices {
  readonly connection: BrokerConnection;
  readonly publisher: Publisher;
  readonly settlement: Settlement;
  readonly metrics: MessagingMetrics;
}
