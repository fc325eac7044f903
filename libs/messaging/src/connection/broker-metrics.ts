import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Registry } from '@ekphrasis/observability';
import { type BrokerConnection, ConsumingConnection, PublishingConnection } from './broker-connection.js';

/** How each of the two connections to the broker fares, looked at when metrics are asked for. */
@Injectable()
export class BrokerMetrics {
  constructor(registry: Registry, publishing: PublishingConnection, consuming: ConsumingConnection) {
    const connections = { publishing, consuming };
    const gauge = (name: string, help: string, holds: (connection: BrokerConnection) => boolean): void => {
      new Gauge({
        name,
        help,
        labelNames: ['connection'],
        registers: [registry],
        collect() {
          for (const [connection, each] of Object.entries(connections)) this.set({ connection }, Number(holds(each)));
        },
      });
    };
    gauge(
      'ekphrasis_broker_connected',
      'Whether the connection to the broker is there',
      ({ current }) => current !== undefined,
    );
    gauge(
      'ekphrasis_broker_blocked',
      'Whether the broker takes no messages from the connection, for want of memory or disk',
      ({ blocked }) => blocked !== undefined,
    );
  }
}
