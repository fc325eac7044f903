import { CodedError } from '@ekphrasis/errors';
import { until } from '../../../test/support/until.js';
import { maxAttempts } from './print-job.js';
import { PrintSystem, type Handle } from './print-system.js';

/** Real: the broker. Workers are whole applications in this process; one is lost when the broker closes its connection. */
describe('a job whose worker is lost (real: RabbitMQ)', () => {
  let system: PrintSystem;

  beforeEach(async () => (system = await PrintSystem.start()));
  afterEach(() => system?.close());

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
      async () => (await system.virtualHost.closeConnections(`${name} consuming`)) > 0,
    );

  it('gives its jobs to another, each alone and counted', async () => {
    const doomed = await system.startWorker('doomed');
    const { handle, held } = stuck();
    const lost = await system.consume(handle, { by: doomed, prefetch: 3 });
    await system.request(1, 2, 3);
    await until('it holds three', () => held.length === 3);
    await lost.stop(AbortSignal.abort());
    let atOnce = 0;
    let most = 0;
    const seen: [number, number][] = [];
    await system.consume(async ({ message, attempt }) => {
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
    await system.expectNothingLeft();
  });

  it('comes back itself and finishes them where only its connection was lost', async () => {
    const attempts: number[] = [];
    await system.consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) await new Promise(() => undefined);
    });
    await system.request(1);
    await until('it holds the job', () => attempts.length === 1);
    await lose('first');
    await until('it is done', () => attempts.length === 2);
    expect(attempts).toEqual([1, 2]);
  });

  it('gives the attempt back that a job lost beside others, once it is tried alone and has failed without harm', async () => {
    const doomed = await system.startWorker('doomed');
    const { handle, held } = stuck();
    const lost = await system.consume(handle, { by: doomed, prefetch: 3 });
    await system.request(1);
    await until('it holds the job', () => held.length === 1);
    await lost.stop(AbortSignal.abort());
    const attempts: number[] = [];
    await system.consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length < 3)
        throw new CodedError('http-server-error', 'The server answered 503', { retryable: true });
    });
    await until('it has failed twice and is done', () => attempts.length === 3);
    expect(attempts).toEqual([2, 2, 3]);
    await system.expectNothingLeft();
  });

  it('reports the result that a lost worker left, however often workers were lost with the job', async () => {
    const { handle, held } = stuck();
    await system.request(1);
    for (let count = 1; count <= maxAttempts; count += 1) {
      const lost = await system.consume(handle);
      await until(`worker ${count} holds it`, () => held.length === count);
      await lost.stop(AbortSignal.abort());
    }
    const reported: number[] = [];
    await system.consume(handle, {
      reportEarlier: async ({ message, attempt }) => {
        reported.push(message.pageId, attempt);
        return true;
      },
    });
    await until('it is reported', () => reported.length > 0);
    expect(reported).toEqual([1, maxAttempts + 1]);
    expect(held).toHaveLength(maxAttempts);
    await system.expectNothingLeft();
  });

  it(`gives up a job that loses its worker ${maxAttempts} times; others are done`, async () => {
    const attempts: number[] = [];
    const done: number[] = [];
    const handle: Handle = async ({ message, attempt }) => {
      if (message.pageId !== 13) return void done.push(message.pageId);
      attempts.push(attempt);
      await new Promise(() => undefined);
    };
    await system.request(11, 12, 13, 14, 15);
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const worker = await system.consume(handle);
      await until(`attempt ${attempt}`, () => attempts.length === attempt);
      // its channels close with the job unanswered, as those of a killed worker do
      await worker.stop(AbortSignal.abort());
    }
    await system.consume(handle);
    expect(await system.deadLetter()).toMatchObject({ code: 'attempts-exhausted', attempts: maxAttempts });
    await until('the others are done', () => new Set(done).size === 4);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });
});
