import { connect } from 'amqplib';
import { setTimeout as pause } from 'node:timers/promises';
import { GrpcClientSettings, MessageClient } from '@ekphrasis/grpc';
import type { TaskResults } from '../../support/task-results.js';

/** One message or call: when it was sent, and when it was answered, in milliseconds of `Date.now()`; undefined where it never was. */
export interface Sample {
  sentAt: number;
  answeredAt: number | undefined;
}

/** What became of the messages of one way of asking. */
export interface Way {
  samples: Sample[];
  /** When the service was away, until it answered again, in seconds from the start. */
  stopped: readonly [from: number, to: number];
}

export interface Load {
  perSecond: number;
  seconds: number;
}

/** Calls at an even pace, each for itself: one that fails is lost, as nobody keeps it. */
export async function callDirectly(target: string, load: Load): Promise<Sample[]> {
  const client = new MessageClient(
    Object.assign(new GrpcClientSettings(), { GRPC_TARGET: target, GRPC_TIMEOUT_MS: 2_000 }),
  );
  const samples: Promise<Sample>[] = [];
  await paced(load, (index) => {
    const sentAt = Date.now();
    const call = client.assignAB(`direct-${index}`);
    samples.push(
      call.then(
        () => ({ sentAt, answeredAt: Date.now() }),
        () => ({ sentAt, answeredAt: undefined }),
      ),
    );
  });
  const done = await Promise.all(samples);
  client.close();
  return done;
}

/** Messages at the same pace; answered when their results are there. */
export async function sendByQueue(brokerUrl: string, tasks: TaskResults, load: Load): Promise<Sample[]> {
  const before = await tasks.last();
  const connection = await connect(brokerUrl, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('task_queue', { durable: true });
  const sent = new Map<string, number>();
  await paced(load, (index) => {
    sent.set(`queue-${index}`, Date.now());
    channel.sendToQueue('task_queue', Buffer.from(`queue-${index}`), { persistent: true });
  });
  await channel.waitForConfirms();
  await connection.close();
  const results = await tasks.untilThereAre(sent.size, before, 120_000);
  const answered = new Map(results.map(({ message, created_at: at }) => [message, Date.parse(at)]));
  return [...sent].map(([message, sentAt]) => ({ sentAt, answeredAt: answered.get(message) }));
}

/** Messages that one consumer answers a second, where all are there from the beginning. */
export async function queueRate(tasks: TaskResults, count: number): Promise<number> {
  const before = await tasks.last();
  await tasks.send(Array.from({ length: count }, (_, index) => `at-once-${index}`));
  const results = await tasks.untilThereAre(count, before, 120_000);
  const times = results.map(({ created_at: at }) => Date.parse(at));
  return ((count - 1) * 1000) / (Math.max(...times) - Math.min(...times));
}

async function paced({ perSecond, seconds }: Load, send: (index: number) => void): Promise<void> {
  const startedAt = performance.now();
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const dueMs = (index * 1000) / perSecond - (performance.now() - startedAt);
    if (dueMs > 1) await pause(dueMs);
    send(index);
  }
}
