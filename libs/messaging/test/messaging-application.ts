import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Topology } from '@ekphrasis/contracts';
import { MetricsModule, ReadinessIndicators, Registry } from '@ekphrasis/observability';
import { Consumers, MessagingModule, Publisher, QueueDepths } from '@ekphrasis/messaging';
import { until } from '../../../test/support/until.js';
import { printRequested, topology as madeUp } from './print-job.js';

/** What is broken here on purpose would fill the screen. */
const silent = { log: () => undefined, error: () => undefined, warn: () => undefined };

/** What an app has of this library, connected as an app connects it. */
export interface MessagingApplication {
  readonly publisher: Publisher;
  readonly consumers: Consumers;
  readonly queueDepths: QueueDepths;
  readonly readiness: ReadinessIndicators;
  /** As Prometheus reads them. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/**
 * @param name names its connections on the broker: `<name> publishing` and `<name> consuming`
 * @param topology kinds of job that are made up, by default
 */
export async function startMessaging(
  url: string,
  {
    name = 'test',
    publishTimeoutMs = 30_000,
    heartbeatS = 60,
    topology = madeUp,
  }: { name?: string; publishTimeoutMs?: number; heartbeatS?: number; topology?: Topology } = {},
): Promise<MessagingApplication> {
  const before = { ...process.env };
  Object.assign(process.env, {
    RABBITMQ_URL: url,
    RABBITMQ_HEARTBEAT_S: String(heartbeatS),
    RABBITMQ_PUBLISH_TIMEOUT_MS: String(publishTimeoutMs),
  });
  const module = MessagingModule.forRoot(name, { topology, sends: [printRequested] });
  process.env = before;
  const application: INestApplicationContext = await Test.createTestingModule({
    imports: [MetricsModule.forRoot(), module],
  })
    .setLogger(silent)
    .compile();
  await application.init();
  const publisher = application.get(Publisher);
  await until('the publisher is connected', () => publisher.check().then(() => true)).catch(async (error: unknown) => {
    await application.close();
    throw error;
  });
  return {
    publisher,
    consumers: application.get(Consumers),
    queueDepths: application.get(QueueDepths),
    readiness: application.get(ReadinessIndicators),
    metrics: () => application.get(Registry).metrics(),
    close: () => application.close(),
  };
}
