import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsumeMessage } from 'amqplib';
import { CodedError } from '@ekphrasis/errors';
import { deadLetterOf, type DeadLetter, type Delivery, type JobConsumers } from '@ekphrasis/messaging';
import { startPrivateRabbitmq, type PrivateRabbitmq } from '../../../scripts/setup/private-rabbitmq.cjs';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { pagePrinted, printJob, printRequested, type PrintRequested } from './print-job.js';

type Handle = (delivery: Delivery<PrintRequested>) => Promise<void>;

jest.setTimeout(180_000);

/** Real: a broker that raises its memory alarm, and one that waits for answers for two seconds only. */
describe('jobs that cannot be answered in time (real: RabbitMQ)', () => {
  let directory: string;
  let broker: PrivateRabbitmq;
  let worker: MessagingApplication;
  let probe: BrokerProbe;
  let consumers: JobConsumers<PrintRequested> | undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-broker-'));
    broker = await startPrivateRabbitmq({ directory });
    worker = await startMessaging(broker.url, { publishTimeoutMs: 1_000 });
    probe = await BrokerProbe.open(broker.url);
  }, 300_000);
  afterEach(async () => {
    await consumers?.stop(AbortSignal.abort());
  });
  afterAll(async () => {
    await probe?.close();
    await worker?.close();
    await broker?.kill();
    await broker?.stop();
    await rm(directory, { recursive: true, force: true });
  }, 30_000);

  function consume(handle: Handle): void {
    consumers = worker.consumers.jobs(printJob, { readiness: 'jobs', prefetch: 2, drainMs: 5_000, handle });
  }

  const job = (pageId: number) => ({ pageId, tray: 'upper' });
  const request = (...ids: number[]) =>
    Promise.all(ids.map((pageId) => worker.publisher.send(printRequested, job(pageId))));

  it('are not taken while an alarm lasts, and those in hand are given back uncounted', async () => {
    const taken: [number, number][] = [];
    await request(1, 2, 3, 4);
    await broker.control('set_vm_memory_high_watermark', 'absolute', '1');
    consume(async ({ message: { pageId }, attempt }) => {
      taken.push([pageId, attempt]);
      await worker.publisher.send(pagePrinted, { pageId, attempt });
    });
    const letters: DeadLetter[] = [];
    for (let count = 0; count < 2; count += 1) {
      const message = await until('a job is given back', () => probe.take('print.jobs.dead'));
      letters.push(deadLetterOf(message as unknown as ConsumeMessage, printJob));
    }
    expect(letters.map(({ givenBack }) => givenBack)).toEqual([true, true]);
    expect(letters.map(({ body }) => printRequested.decode(body).pageId).sort()).toEqual([1, 2]);
    expect(taken.sort()).toEqual([
      [1, 1],
      [2, 1],
    ]);
    await probe.expectDepth('print.jobs', 2);
    await expect(consumers!.check()).rejects.toMatchObject({ code: 'broker-unavailable' });
    await broker.control('set_vm_memory_high_watermark', '0.6');
    await until('the others are taken', () => taken.length === 4);
    expect(taken.slice(2).sort()).toEqual([
      [3, 1],
      [4, 1],
    ]);
    await until('their reports are there', async () => (await probe.depth('print.reports')) >= 2);
  });

  it('lose no attempt by an ack time-out', async () => {
    // channels take both when they are opened: how long an answer may take, and how often that is looked at
    await broker.control('eval', 'application:set_env(rabbit, consumer_timeout, 2000).');
    await broker.control('eval', 'application:set_env(rabbit, channel_tick_interval, 500).');
    const attempts: number[] = [];
    consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length === 1) await new Promise(() => undefined);
      if (attempts.length === 2) throw new CodedError('http-server-error', '503', { retryable: true });
    });
    await request(5);
    await until('it was given to a worker again, has failed, and is tried again', () => attempts.length === 3);
    // before 4.3 RabbitMQ counts a time-out as a delivery, and the job is tried alone as its second attempt; it then fails its first
    expect([
      [1, 2, 2],
      [1, 1, 2],
    ]).toContainEqual(attempts);
  });
});
