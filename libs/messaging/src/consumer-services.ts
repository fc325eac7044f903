import type { MessagingMetrics } from '@ekphrasis/observability';
import type { BrokerConnection } from './broker-connection.js';
import type { Publisher } from './publisher.js';
import type { Settlement } from './settlement.js';

/** What consumers of every kind need. */
export interface ConsumerServices {
  readonly connection: BrokerConnection;
  readonly publisher: Publisher;
  readonly settlement: Settlement;
  readonly metrics: MessagingMetrics;
}
