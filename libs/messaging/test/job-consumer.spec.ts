import { headers } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import { deadLetterOf, type Delivery, type JobConsumers } from '@ekphrasis/messaging';
import type { ConsumeMessage, GetMessage } from 'amqplib';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { throughout, until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { maxAttempts, printJob, printRequested, type PrintRequested } from './print-job.js';

const passing = () => new CodedError('http-server-error', 'The server answered 503', { retryable: true });
const away = () => new CodedError('storage-unavailable', 'No answer', { retryable: true, attemptCounts: false });
const lasting = () => new CodedError('not-found', 'Nothing is there', { retryable: false });

/** Real: the broker. Workers are whole applications in this process; one is lost when the broker closes its connection. */
describe('JobConsumer (real: RabbitMQ)', () => {
  let virtualHost: VirtualHost;
  let probe: BrokerProbe;
  let workers: MessagingApplication[];
  let consumers: JobConsumers<PrintRequested>[];

  beforeEach(async () => {
    virtualHost = await provideVirtualHost();
    await virtualHost.setPolicy('short-waits', '^print\\.jobs\\.retry\\.', { 'message-ttl': 50 });
    workers = [];
    consumers = [];
    await startWorker('first');
    probe = await BrokerProbe.open(virtualHost.url);
  });
  afterEach(async () => {
    for (const consumer of consumers) await consumer.stop(AbortSignal.abort());
    await probe?.close();
    for (const worker of workers) await worker.close();
    await virtualHost?.remove();
  });

  async function startWorker(name: string): Promise<MessagingApplication> {
    const worker = await startMessaging(virtualHost.url, { name });
    workers.push(worker);
    return worker;
  }

  type Handle = (delivery: Delivery<PrintRequested>) => Promise<void>;

  async function consume(
    handle: Handle,
    worker = workers[0]!,
    prefetch = 4,
    report?: Handle,
  ): Promise<JobConsumers<PrintRequested>> {
    const reportEarlier = report && ((delivery: Delivery<PrintRequested>) => report(delivery).then(() => true));
    const options = { readiness: 'jobs', prefetch, drainMs: 5_000, handle, reportEarlier };
    const started = worker.consumers.jobs(printJob, options);
    consumers.push(started);
    await until('it is subscribed', () => started.check().then(() => true));
    return started;
  }

  async function request(...pageIds: number[]): Promise<void> {
    for (const pageId of pageIds) {
      await workers[0]!.publisher.send(printRequested, { pageId, tray: 'upper' });
    }
  }

  /** No job waits, is held or is dead. */
  async function expectNothingLeft(): Promise<void> {
    for (const consumer of consumers) await consumer.stop(AbortSignal.timeout(5_000));
    for (const { name } of printJob.allQueues) await probe.expectLeft(name, 0);
  }

  const deadMessage = (): Promise<GetMessage> => until('a job is dead', () => probe.take('print.jobs.dead'));
  const deadLetter = async () => deadLetterOf((await deadMessage()) as unknown as ConsumeMessage, printJob);

  it('acks a job that is done', async () => {
    const seen: [number, number][] = [];
    await consume(async ({ message, attempt }) => void seen.push([message.pageId, attempt]));
    await request(1, 2, 3);
    await until('all are done', () => seen.length === 3);
    expect(seen.sort()).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    await expectNothingLeft();
  });

  it('tries a job again after a passing failure, and counts', async () => {
    const attempts: number[] = [];
    await consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw passing();
    });
    await request(1);
    await until('it is done', () => attempts.length === 3);
    expect(attempts).toEqual([1, 2, 3]);
    await expectNothingLeft();
  });

  it('has a failed job wait in the queue of its attempt meanwhile', async () => {
    await virtualHost.removePolicy('short-waits');
    await consume(() => Promise.reject(passing()));
    await request(1);
    const waiting = await until('it waits', () => probe.take('print.jobs.retry.1'));
    expect(waiting.properties.headers).toMatchObject({ [headers.attempt]: 2 });
    expect(printRequested.decode(waiting.content).pageId).toBe(1);
  });

  it(`gives a job up after exactly ${maxAttempts} attempts, with the last reason`, async () => {
    let attempts = 0;
    await consume(async () => {
      attempts += 1;
      throw passing();
    });
    await request(1);
    expect(await deadLetter()).toMatchObject({
      code: 'http-server-error',
      reason: 'The server answered 503',
      attempts: maxAttempts,
      type: 'print.requested.v1',
      routingKey: 'print.requested',
    });
    expect(attempts).toBe(maxAttempts);
    await expectNothingLeft();
  });

  it('counts no attempt while what all jobs need is away, however often', async () => {
    const attempts: number[] = [];
    await consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length === 1) throw passing();
      if (attempts.length < 2 * maxAttempts) throw away();
    });
    await request(1);
    await until('it is done', () => attempts.length === 2 * maxAttempts);
    expect(attempts).toEqual([1, ...attempts.slice(1).map(() => 2)]);
    await expectNothingLeft();
  });

  it('has a job wait longer each time for what is away', async () => {
    await virtualHost.removePolicy('short-waits');
    await virtualHost.setPolicy('short-wait', '^print\\.jobs\\.retry\\.1$', { 'message-ttl': 50 });
    await consume(() => Promise.reject(away()));
    await request(1);
    const waiting = await until('it waits a second time', () => probe.take('print.jobs.retry.2'));
    expect(waiting.properties.headers).toMatchObject({ [headers.attempt]: 1, [headers.uncountedRetries]: 2 });
  });

  it('gives a job up at once after a failure that will not pass', async () => {
    let attempts = 0;
    await consume(async () => {
      attempts += 1;
      throw lasting();
    });
    await request(1);
    expect(await deadLetter()).toMatchObject({ code: 'not-found', attempts: 1 });
    expect(attempts).toBe(1);
    await expectNothingLeft();
  });

  it('tries a job again after an error that nobody foresaw', async () => {
    const attempts: number[] = [];
    await consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw new TypeError('undefined is not a function');
    });
    await request(1);
    await until('it is done', () => attempts.length === 2);
    await expectNothingLeft();
  });

  it.each([
    ['no JSON', 'no JSON', 'print.requested.v1'],
    ['no job', '{"pageId":"one"}', 'print.requested.v1'],
    ['an unknown type', '{}', 'print.requested.v99'],
    ['no type', '{}', undefined],
  ])('gives up a message that it cannot read, and goes on: %s', async (_, body, type) => {
    const done: number[] = [];
    await consume(async ({ message }) => void done.push(message.pageId));
    probe.publish('images', 'print.requested', body, { type });
    await request(2);
    const letter = await deadLetter();
    expect(letter).toMatchObject({ code: 'malformed-message', attempts: 1 });
    expect(letter.body.toString()).toBe(body);
    await until('the other is done', () => done.length === 1);
    await expectNothingLeft();
  });

  it('keeps a failed job that cannot be moved on, without counting, until it can', async () => {
    // the queue where it should wait takes nothing
    const full = 'print.jobs.retry.4'; // what fills it waits there for a minute
    await virtualHost.setPolicy('full', '^print\\.jobs\\.retry\\.4$', { 'max-length': 1 }, 1);
    for (let count = 0; count < 2; count += 1) probe.publish('', full, '{}');
    await probe.expectDepth(full, 2);
    const attempts: number[] = [];
    await consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt < 5) throw passing();
    });
    await request(1);
    await until('it has failed', () => attempts.length === 4);
    await throughout(700, async () => {
      expect(attempts).toEqual([1, 2, 3, 4]);
      expect(await probe.depth('print.jobs.dead')).toBe(0);
    });
    await virtualHost.removePolicy('full');
    // not the job, which may already stand behind them
    for (let count = 0; count < 2; count += 1) await probe.take(full);
    await until('it is tried again', () => attempts.length === 5);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });

  describe('whose worker is lost', () => {
    /** A handler that never ends, and what it has in its hands. */
    function stuck(): { handle: Handle; held: number[] } {
      const held: number[] = [];
      return {
        held,
        handle: ({ message }) => {
          held.push(message.pageId);
          return new Promise(() => undefined);
        },
      };
    }

    const lose = (name: string) =>
      until(
        'the broker closes its connection',
        async () => (await virtualHost.closeConnections(`${name} consuming`)) > 0,
      );

    it('gives its jobs to another, each alone and counted', async () => {
      const doomed = await startWorker('doomed');
      const { handle, held } = stuck();
      const lost = await consume(handle, doomed, 3);
      await request(1, 2, 3);
      await until('it holds three', () => held.length === 3);
      await lost.stop(AbortSignal.abort());
      let atOnce = 0;
      let most = 0;
      const seen: [number, number][] = [];
      await consume(async ({ message, attempt }) => {
        most = Math.max(most, (atOnce += 1));
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        seen.push([message.pageId, attempt]);
      });
      await until('all are done', () => seen.length === 3);
      expect(seen.sort()).toEqual([
        [1, 2],
        [2, 2],
        [3, 2],
      ]);
      expect(most).toBe(1);
      await expectNothingLeft();
    });

    it('comes back itself and finishes them where only its connection was lost', async () => {
      const attempts: number[] = [];
      await consume(async ({ attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) await new Promise(() => undefined);
      });
      await request(1);
      await until('it holds the job', () => attempts.length === 1);
      await lose('first');
      await until('it is done', () => attempts.length === 2);
      expect(attempts).toEqual([1, 2]);
    });

    it('gives the attempt back that a job lost beside others, once it is tried alone and has failed without harm', async () => {
      const doomed = await startWorker('doomed');
      const { handle, held } = stuck();
      const lost = await consume(handle, doomed, 3);
      await request(1);
      await until('it holds the job', () => held.length === 1);
      await lost.stop(AbortSignal.abort());
      const attempts: number[] = [];
      await consume(async ({ attempt }) => {
        attempts.push(attempt);
        if (attempts.length < 3) throw passing();
      });
      await until('it has failed twice and is done', () => attempts.length === 3);
      expect(attempts).toEqual([2, 2, 3]);
      await expectNothingLeft();
    });

    it('reports the result that a lost worker left, however often workers were lost with the job', async () => {
      const { handle, held } = stuck();
      await request(1);
      for (let count = 1; count <= maxAttempts; count += 1) {
        const lost = await consume(handle);
        await until(`worker ${count} holds it`, () => held.length === count);
        await lost.stop(AbortSignal.abort());
      }
      const reported: number[] = [];
      await consume(handle, workers[0], 4, async ({ message, attempt }) => void reported.push(message.pageId, attempt));
      await until('it is reported', () => reported.length > 0);
      expect(reported).toEqual([1, maxAttempts + 1]);
      expect(held).toHaveLength(maxAttempts);
      await expectNothingLeft();
    });

    it(`gives up a job that loses its worker ${maxAttempts} times; others are done`, async () => {
      const attempts: number[] = [];
      const done: number[] = [];
      const handle: Handle = async ({ message, attempt }) => {
        if (message.pageId !== 13) return void done.push(message.pageId);
        attempts.push(attempt);
        await new Promise(() => undefined);
      };
      await request(11, 12, 13, 14, 15);
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const worker = await consume(handle);
        await until(`attempt ${attempt}`, () => attempts.length === attempt);
        // its channels close with the job unanswered, as those of a killed worker do
        await worker.stop(AbortSignal.abort());
      }
      await consume(handle);
      expect(await deadLetter()).toMatchObject({ code: 'attempts-exhausted', attempts: maxAttempts });
      await until('the others are done', () => new Set(done).size === 4);
      expect(attempts).toEqual([1, 2, 3, 4, 5]);
    });
  });

  describe('that stops', () => {
    it('lets the jobs in hand finish, and takes no more', async () => {
      const letGo: (() => void)[] = [];
      const consumer = await consume(() => new Promise((resolve) => letGo.push(resolve)), workers[0], 2);
      await request(1, 2, 3, 4);
      await until('it holds two', () => letGo.length === 2);
      const stopped = consumer.stop(AbortSignal.timeout(10_000));
      await until('it is unsubscribed', () =>
        consumer.check().then(
          () => false,
          () => true,
        ),
      );
      for (const finish of letGo) finish();
      await stopped;
      expect(letGo).toHaveLength(2);
      await probe.expectDepth('print.jobs', 2);
    });

    it('aborts the jobs that take too long, and leaves them to others', async () => {
      let reason: unknown;
      let held = false;
      const consumer = await consume(
        ({ signal }) =>
          new Promise((_, reject) => {
            held = true;
            signal.addEventListener('abort', () => {
              reason = signal.reason;
              reject(signal.reason as Error);
            });
          }),
      );
      await request(1);
      await until('it holds the job', () => held);
      await consumer.stop(AbortSignal.timeout(100));
      expect(reason).toMatchObject({ code: 'shutting-down', retryable: true });
      await probe.expectDepth('print.jobs', 1);
    });
  });
});
