import { headers } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import type { DeferralGate } from '@ekphrasis/messaging';
import { until } from '../../../test/support/until.js';
import { pagesWaiting, printJob, printRequested } from './print-job.js';
import { PrintSystem, type Handle } from './print-system.js';

const dead = 'dead.example';

/** Real: the broker. Which hosts are dead is said by the test. */
describe('jobs that wait for a host (real: RabbitMQ)', () => {
  let system: PrintSystem;
  let isDead: boolean;
  let patienceMs: number;
  /** Jobs that wait, as the gate counts them. */
  let away: number;
  /** When the gate lets jobs of a dead host come again. */
  let refusedUntil: number | undefined;

  beforeEach(async () => {
    [isDead, patienceMs, away, refusedUntil] = [true, 3_600_000, 0, undefined];
    system = await PrintSystem.start();
  });
  afterEach(() => system?.close());

  const unavailable = (untilTime = Date.now()) =>
    new CodedError('host-unavailable', `${dead} does not answer`, {
      retryable: true,
      deferral: { key: dead, until: untilTime, patienceMs },
    });
  const gate: DeferralGate = {
    refusal: (body) => (isDead && Buffer.from(body).includes(dead) ? unavailable() : undefined),
    admission: () => ({ places: isDead ? 0 : 1_000, until: refusedUntil ?? Date.now() }),
    countDeferred: (_, jobs) => (away += jobs),
  };

  const consume = (handle: Handle, options = {}) => system.consume(handle, { gate, ...options });

  async function request(host: string, first: number, count: number): Promise<void> {
    const job = (pageId: number) => ({ pageId, tray: host });
    for (let sent = 0; sent < count; sent += 500) {
      const ids = Array.from({ length: Math.min(500, count - sent) }, (_, index) => first + sent + index);
      await Promise.all(ids.map((pageId) => system.workers[0]!.publisher.send(printRequested, job(pageId))));
    }
  }

  it('are deferred untried, all in few messages, and others have their turn: 20,000 ahead of ten', async () => {
    await system.virtualHost.removePolicy('short-waits');
    await request(dead, 1, 20_000);
    await request('good.example', 200_001, 10);
    const done: number[] = [];
    await consume(async ({ message }) => void done.push(message.pageId), { prefetch: 16 });
    await until('the good ones are done', () => done.length === 10, { within: 60_000 });
    expect([...done].sort()).toEqual(Array.from({ length: 10 }, (_, index) => 200_001 + index));
    await until('all are counted', () => away === 20_000);
    await system.probe.expectDepth('print.jobs', 0);
    expect(await restingMessages()).toBeLessThan(1_000);
  }, 300_000);

  const restingMessages = async (): Promise<number> => {
    const queues = ['', '.1', '.2', '.3', '.4'].map((end) => `print.jobs.deferred${end}`);
    return (await Promise.all(queues.map((queue) => system.probe.depth(queue)))).reduce((sum, depth) => sum + depth, 0);
  };

  it('come back at the attempt that they asked for, each once', async () => {
    const seen: [number, number][] = [];
    await consume(async ({ message, attempt }) => {
      seen.push([message.pageId, attempt]);
      if (attempt === 1) throw new CodedError('http-server-error', '503', { retryable: true });
    });
    isDead = false;
    await request(dead, 1, 1);
    await until('it has failed once and is done', () => seen.length === 2);
    isDead = true;
    await request(dead, 2, 300);
    await until('they wait', () => away === 300);
    isDead = false;
    await until('they are tried', () => seen.length === 2 + 600);
    const attempts = (which: number) => seen.filter(([id, attempt]) => id > 1 && attempt === which).map(([id]) => id);
    for (const which of [1, 2]) expect(new Set(attempts(which)).size).toBe(300);
    await system.probe.expectDepth('print.jobs.isolated', 0);
    await until('none waits', () => away === 0);
  });

  it('wait until the time that a server has named, however often they are looked at', async () => {
    const tried: number[] = [];
    let toldAt = 0;
    isDead = false;
    await consume(async ({ attempt }) => {
      tried.push(Date.now());
      expect(attempt).toBe(1);
      toldAt ||= Date.now() + 1_000;
      if (tried.length === 1) throw unavailable(toldAt);
    });
    await request(dead, 1, 1);
    await until('it is tried again', () => tried.length === 2);
    expect(tried[1]).toBeGreaterThanOrEqual(toldAt);
  });

  it('have half as long again to wait each time that they were tried', async () => {
    await system.virtualHost.removePolicy('short-waits');
    isDead = false;
    const startedAt = Date.now();
    const body = printRequested.encode({ pageId: 7, tray: dead }).toString();
    system.probe.publish('images', 'print.requested', body, {
      type: printRequested.type,
      headers: { [headers.deferredSince]: startedAt - 60_000 },
    });
    await consume(() => Promise.reject(unavailable()));
    const resting = await until('it waits', () => system.probe.take('print.jobs.deferred.3'));
    const { jobs } = printJob.deferredBatch.decode(resting.content);
    expect(jobs).toEqual([expect.objectContaining({ attempt: 1, since: startedAt - 60_000 })]);
    expect(jobs[0]!.until).toBeGreaterThanOrEqual(startedAt + 30_000);
  });

  it('keep the time at which each may be tried, however often the others are looked at', async () => {
    await system.virtualHost.removePolicy('short-waits');
    const now = Date.now();
    const job = (pageId: number, untilTime: number) => ({
      type: printRequested.type,
      body: printRequested.encode({ pageId, tray: dead }).toString(),
      attempt: 1,
      rests: 0,
      since: now,
      until: untilTime,
    });
    const waiting = [job(7, now - 1), job(8, now + 30_000)];
    const parcel = { key: dead, code: 'host-busy', reason: 'Busy', patienceMs, reportedAt: 0, jobs: waiting };
    system.probe.publish('images', 'print.deferred.due', printJob.deferredBatch.encode(parcel).toString(), {
      type: printJob.deferredBatch.type,
    });
    refusedUntil = now + 45_000;
    await consume(async () => undefined);
    const resting = await until('they wait', () => system.probe.take('print.jobs.deferred.3'));
    const untils = printJob.deferredBatch.decode(resting.content).jobs.map((each) => each.until);
    expect(untils).toEqual([now + 45_000, now + 30_000]);
  });

  it('are given up for the reason that they waited, when they have waited for too long', async () => {
    patienceMs = 300;
    await consume(async () => undefined);
    await request(dead, 7, 1);
    const letter = await system.deadLetter();
    expect(letter).toMatchObject({
      code: 'host-unavailable',
      reason: expect.stringContaining(`${dead} does not answer`),
      attempts: 1,
      type: 'print.requested.v1',
      routingKey: 'print.requested',
    });
    expect(printRequested.decode(letter.body).pageId).toBe(7);
    await until('none waits', () => away === 0);
  });

  it('are reported when they have waited for minutes, or they would count as lost', async () => {
    const minutesAgo = Date.now() - 180_000;
    const body = printRequested.encode({
      pageId: 7,
      tray: dead,
    });
    const job = {
      type: printRequested.type,
      body: body.toString(),
      attempt: 2,
      rests: 0,
      since: minutesAgo,
      until: 0,
    };
    const parcel = { key: dead, code: 'host-unavailable', reason: 'No answer', patienceMs, reportedAt: 0, jobs: [job] };
    await system.virtualHost.removePolicy('short-waits');
    system.probe.publish('images', 'print.deferred.due', printJob.deferredBatch.encode(parcel).toString(), {
      type: printJob.deferredBatch.type,
    });
    await consume(async () => undefined);
    const report = await until('it is reported', () => system.probe.take('print.reports'));
    expect(pagesWaiting.decode(report.content)).toEqual({ pageIds: [7] });
    const resting = await until('it waits', () => system.probe.take('print.jobs.deferred.1'));
    expect(printJob.deferredBatch.decode(resting.content)).toMatchObject({
      reportedAt: expect.any(Number),
      jobs: [{ ...job, until: expect.any(Number) }],
    });
    expect(printJob.deferredBatch.decode(resting.content).reportedAt).toBeGreaterThan(minutesAgo);
  });

  it('give up a message that cannot be read', async () => {
    await consume(async () => undefined);
    system.probe.publish('images', 'print.deferred.due', '{"key":1}', { type: printJob.deferredBatch.type });
    const letter = await until('it is dead', () => system.probe.take('print.jobs.dead'));
    expect(letter.properties.headers).toMatchObject({ [headers.deathCode]: 'malformed-message' });
  });

  it('let no other wait for good: what there is no place for goes to the end of the queue, uncounted', async () => {
    const held: [number, number][] = [];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    await request(dead, 1, 600);
    await request('good.example', 1_001, 300);
    await consume(
      ({ message, attempt }) => {
        held.push([message.pageId, attempt]);
        return finished;
      },
      { prefetch: 4 },
    );
    await until('the dead ones wait, and the places are taken', () => away === 600 && held.length >= 4);
    finish();
    await until('all are done', () => held.length === 300);
    expect(new Set(held.map(([id]) => id)).size).toBe(300);
    expect(new Set(held.map(([, attempt]) => attempt))).toEqual(new Set([1]));
    await system.probe.expectDepth('print.jobs', 0);
  });

  it('have others take their places while they are slow', async () => {
    const held: number[] = [];
    const finish: (() => void)[] = [];
    await consume(
      ({ message, slow }) =>
        new Promise((resolve) => {
          held.push(message.pageId);
          slow(true);
          finish.push(() => {
            slow(false);
            resolve();
          });
        }),
      { prefetch: 4, slow: 8 },
    );
    await request('slow.example', 1, 20);
    await until('twelve are in hand', () => held.length === 12);
    await system.probe.expectDepth('print.jobs', 8);
    for (let done = 0; done < 20; done += 1) (await until('one is in hand', () => finish.shift()))();
    await until('all were in hand', () => held.length === 20);
    await system.stopConsumers(AbortSignal.timeout(5_000));
    await system.probe.expectLeft('print.jobs', 0);
  });
});
