import { headers } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import { throughout, until } from '../../../test/support/until.js';
import { maxAttempts, printRequested } from './print-job.js';
import { PrintSystem } from './print-system.js';

const passing = () => new CodedError('http-server-error', 'The server answered 503', { retryable: true });
const away = () => new CodedError('storage-unavailable', 'No answer', { retryable: true, attemptCounts: false });
const lasting = () => new CodedError('not-found', 'Nothing is there', { retryable: false });

/** Real: the broker. Jobs whose worker is lost are in lost-workers.spec.ts. */
describe('JobConsumer (real: RabbitMQ)', () => {
  let system: PrintSystem;

  beforeEach(async () => (system = await PrintSystem.start()));
  afterEach(() => system?.close());

  it('acks a job that is done', async () => {
    const seen: [number, number][] = [];
    await system.consume(async ({ message, attempt }) => void seen.push([message.pageId, attempt]));
    await system.request(1, 2, 3);
    await until('all are done', () => seen.length === 3);
    expect(seen.sort()).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    await system.expectNothingLeft();
  });

  it('tries a job again after a passing failure, and counts', async () => {
    const attempts: number[] = [];
    await system.consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw passing();
    });
    await system.request(1);
    await until('it is done', () => attempts.length === 3);
    expect(attempts).toEqual([1, 2, 3]);
    await system.expectNothingLeft();
  });

  it('has a failed job wait in the queue of its attempt meanwhile', async () => {
    await system.virtualHost.removePolicy('short-waits');
    await system.consume(() => Promise.reject(passing()));
    await system.request(1);
    const waiting = await until('it waits', () => system.probe.take('print.jobs.retry.1'));
    expect(waiting.properties.headers).toMatchObject({ [headers.attempt]: 2 });
    expect(printRequested.decode(waiting.content).pageId).toBe(1);
  });

  it(`gives a job up after exactly ${maxAttempts} attempts, with the last reason`, async () => {
    let attempts = 0;
    await system.consume(async () => {
      attempts += 1;
      throw passing();
    });
    await system.request(1);
    expect(await system.deadLetter()).toMatchObject({
      code: 'http-server-error',
      reason: 'The server answered 503',
      attempts: maxAttempts,
      type: 'print.requested.v1',
      routingKey: 'print.requested',
    });
    expect(attempts).toBe(maxAttempts);
    await system.expectNothingLeft();
  });

  it('counts no attempt while what all jobs need is away, however often', async () => {
    const attempts: number[] = [];
    await system.consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length === 1) throw passing();
      if (attempts.length < 2 * maxAttempts) throw away();
    });
    await system.request(1);
    await until('it is done', () => attempts.length === 2 * maxAttempts);
    expect(attempts).toEqual([1, ...attempts.slice(1).map(() => 2)]);
    await system.expectNothingLeft();
  });

  it('has a job wait longer each time for what is away', async () => {
    await system.virtualHost.removePolicy('short-waits');
    await system.virtualHost.setPolicy('short-wait', '^print\\.jobs\\.retry\\.1$', { 'message-ttl': 50 });
    await system.consume(() => Promise.reject(away()));
    await system.request(1);
    const waiting = await until('it waits a second time', () => system.probe.take('print.jobs.retry.2'));
    expect(waiting.properties.headers).toMatchObject({ [headers.attempt]: 1, [headers.uncountedRetries]: 2 });
  });

  it('gives a job up at once after a failure that will not pass', async () => {
    let attempts = 0;
    await system.consume(async () => {
      attempts += 1;
      throw lasting();
    });
    await system.request(1);
    expect(await system.deadLetter()).toMatchObject({ code: 'not-found', attempts: 1 });
    expect(attempts).toBe(1);
    await system.expectNothingLeft();
  });

  it('tries a job again after an error that nobody foresaw', async () => {
    const attempts: number[] = [];
    await system.consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw new TypeError('undefined is not a function');
    });
    await system.request(1);
    await until('it is done', () => attempts.length === 2);
    await system.expectNothingLeft();
  });

  it.each([
    ['no JSON', 'no JSON', 'print.requested.v1'],
    ['no job', '{"pageId":"one"}', 'print.requested.v1'],
    ['an unknown type', '{}', 'print.requested.v99'],
    ['no type', '{}', undefined],
  ])('gives up a message that it cannot read, and goes on: %s', async (_, body, type) => {
    const done: number[] = [];
    await system.consume(async ({ message }) => void done.push(message.pageId));
    system.probe.publish('images', 'print.requested', body, { type });
    await system.request(2);
    const letter = await system.deadLetter();
    expect(letter).toMatchObject({ code: 'malformed-message', attempts: 1 });
    expect(letter.body.toString()).toBe(body);
    await until('the other is done', () => done.length === 1);
    await system.expectNothingLeft();
  });

  it('keeps a failed job that cannot be moved on, without counting, until it can', async () => {
    // the queue where it should wait takes nothing
    const full = 'print.jobs.retry.4'; // what fills it waits there for a minute
    await system.virtualHost.setPolicy('full', '^print\\.jobs\\.retry\\.4$', { 'max-length': 1 }, 1);
    for (let count = 0; count < 2; count += 1) system.probe.publish('', full, '{}');
    await system.probe.expectDepth(full, 2);
    const attempts: number[] = [];
    await system.consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt < 5) throw passing();
    });
    await system.request(1);
    await until('it has failed', () => attempts.length === 4);
    await throughout(700, async () => {
      expect(attempts).toEqual([1, 2, 3, 4]);
      expect(await system.probe.depth('print.jobs.dead')).toBe(0);
    });
    await system.virtualHost.removePolicy('full');
    // not the job, which may already stand behind them
    for (let count = 0; count < 2; count += 1) await system.probe.take(full);
    await until('it is tried again', () => attempts.length === 5);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });

  describe('that stops', () => {
    it('lets the jobs in hand finish, and takes no more', async () => {
      const letGo: (() => void)[] = [];
      const consumer = await system.consume(() => new Promise((resolve) => letGo.push(resolve)), { prefetch: 2 });
      await system.request(1, 2, 3, 4);
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
      await system.probe.expectDepth('print.jobs', 2);
    });

    it('aborts the jobs that take too long, and leaves them to others', async () => {
      let reason: unknown;
      let held = false;
      const consumer = await system.consume(
        ({ signal }) =>
          new Promise((_, reject) => {
            held = true;
            signal.addEventListener('abort', () => {
              reason = signal.reason;
              reject(signal.reason as Error);
            });
          }),
      );
      await system.request(1);
      await until('it holds the job', () => held);
      await consumer.stop(AbortSignal.timeout(100));
      expect(reason).toMatchObject({ code: 'shutting-down', retryable: true });
      await system.probe.expectDepth('print.jobs', 1);
    });
  });
});
