import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import type { MessageContract, Topology } from '@ekphrasis/contracts';
import { MessagingMetrics, ReadinessModule } from '@ekphrasis/observability';
import { BrokerMetrics } from './connection/broker-metrics.js';
import { brokerUrls, inRandomOrder } from './connection/broker-urls.js';
import { type BrokerConnection, ConsumingConnection, PublishingConnection } from './connection/broker-connection.js';
import { Consumers } from './consumers.js';
import { DeferredJobs } from './settlement/deferred-jobs.js';
import { MessagingSettings } from './messaging.settings.js';
import { Publisher } from './publishing/publisher.js';
import { QueueDepths } from './queue-depths.js';
import { settledWithin } from './connection/settled-within.js';
import { Settlement } from './settlement/settlement.js';

const connectTimeoutMs = 5_000;
const closeTimeoutMs = 2_000;

/**
 * golevelup's connection, made by hand: its module keeps static state, which two apps in one process would fight over,
 * and closes connections before our consumers have drained.
 */
async function connect<T extends BrokerConnection>(
  type: new (amqp: AmqpConnection, name: string, topology: Topology) => T,
  name: string,
  topology: Topology,
  settings: MessagingSettings,
): Promise<T> {
  const amqp = new AmqpConnection({
    name,
    // tried in turn, each time the connection is lost or cannot be made
    uri: inRandomOrder(brokerUrls(settings.RABBITMQ_URL) ?? []),
    // its word for it leaves out the reason, and comes every second
    connectionInitOptions: { wait: false, skipConnectionFailedLogging: true },
    connectionManagerOptions: {
      heartbeatIntervalInSeconds: settings.RABBITMQ_HEARTBEAT_S,
      reconnectTimeInSeconds: 1,
      connectionOptions: { timeout: connectTimeoutMs, noDelay: true, clientProperties: { connection_name: name } },
    },
    enableDirectReplyTo: false,
    registerHandlers: false,
  });
  await amqp.init();
  return new type(amqp, name, topology);
}

function beginCounting(metrics: MessagingMetrics, destination: string): void {
  for (const errorType of [undefined, 'publish-unknown', 'publish-refused']) {
    metrics.sent({ destination, operation: 'publish', errorType }, 0);
  }
}

export interface MessagingOptions {
  /** The kinds of job there are; all of their queues are declared. */
  topology: Topology;
  /** The contracts of what the app sends: its counters begin at 0, so that the first message is seen as one more. */
  sends?: readonly Pick<MessageContract<object>, 'routingKey'>[];
}

/** RabbitMQ for one app: two connections, a publisher, and what starts consumers. */
@Global()
@Module({})
export class MessagingModule implements OnApplicationShutdown {
  constructor(
    private readonly publisher: Publisher,
    @Inject(PublishingConnection) private readonly publishing: BrokerConnection,
    @Inject(ConsumingConnection) private readonly consuming: BrokerConnection,
  ) {}

  /** @param app names the app's connections on the broker */
  static forRoot(app: string, { topology, sends = [] }: MessagingOptions): DynamicModule {
    const settings = readEnvironment(MessagingSettings);
    return {
      module: MessagingModule,
      imports: [ReadinessModule],
      providers: [
        {
          provide: PublishingConnection,
          useFactory: () => connect(PublishingConnection, `${app} publishing`, topology, settings),
        },
        {
          provide: ConsumingConnection,
          useFactory: () => connect(ConsumingConnection, `${app} consuming`, topology, settings),
        },
        {
          provide: Publisher,
          useFactory: (connection: PublishingConnection, metrics: MessagingMetrics) => {
            for (const { routingKey } of sends) beginCounting(metrics, routingKey);
            return new Publisher(connection, settings.RABBITMQ_PUBLISH_TIMEOUT_MS, metrics);
          },
          inject: [PublishingConnection, MessagingMetrics],
        },
        DeferredJobs,
        Settlement,
        Consumers,
        QueueDepths,
        BrokerMetrics,
      ],
      exports: [Publisher, Consumers, QueueDepths],
    };
  }

  /** Runs after every consumer has drained (`beforeApplicationShutdown`). A frozen broker is not waited for. */
  async onApplicationShutdown(): Promise<void> {
    await this.publisher.close();
    await settledWithin(closeTimeoutMs, Promise.all([this.publishing.close(), this.consuming.close()]));
  }
}
