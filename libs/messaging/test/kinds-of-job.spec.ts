import type { ConsumeMessage } from 'amqplib';
import { defineJob, type JobDefinition } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import { deadLetterOf, type DeferralGate, type Delivery, type JobConsumersOptions } from '@ekphrasis/messaging';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { printJob, scanJob, type PrintRequested } from './print-job.js';

const busy = () => new CodedError('busy', 'The machine is busy', { retryable: true });
const forPaper = () =>
  new CodedError('no-paper', 'There is no paper', {
    retryable: true,
    deferral: { key: 'upper', until: Date.now(), patienceMs: 60_000 },
  });

/** Real: the broker. Printing and scanning are two kinds of job with a process and a broker in common. */
describe('two kinds of job (real: RabbitMQ)', () => {
  let virtualHost: VirtualHost;
  let probe: BrokerProbe;
  let application: MessagingApplication;

  beforeEach(async () => {
    virtualHost = await provideVirtualHost();
    await virtualHost.setPolicy('short-waits', '^print\\.jobs\\.(retry|deferred)\\.\\d', { 'message-ttl': 50 });
    application = await startMessaging(virtualHost.url);
    probe = await BrokerProbe.open(virtualHost.url);
  });
  afterEach(async () => {
    await probe?.close();
    await application?.close();
    await virtualHost?.remove();
  });

  type Options = Partial<JobConsumersOptions<PrintRequested>>;
  type Handle = (delivery: Delivery<PrintRequested>) => Promise<void>;

  async function consume(job: JobDefinition<PrintRequested>, handle: Handle, options: Options = {}, by = application) {
    const started = by.consumers.jobs(job, { readiness: 'jobs', prefetch: 4, drainMs: 100, handle, ...options });
    await until('it is subscribed', () => started.check().then(() => true));
    return started;
  }

  const request = (job: JobDefinition<PrintRequested>, pageId: number) =>
    application.publisher.send(job.request, { pageId, tray: 'upper' });
  const deadLetter = async (job: JobDefinition<PrintRequested>) => {
    const message = await until('a job is dead', () => probe.take(job.queues.dead.name));
    return {
      pageId: job.request.decode(message.content).pageId,
      ...deadLetterOf(message as unknown as ConsumeMessage, job),
    };
  };
  async function expectNothingLeft(...jobs: JobDefinition[]): Promise<void> {
    for (const { allQueues } of jobs) for (const { name } of allQueues) await probe.expectLeft(name, 0);
  }

  it('are tried each as often as its kind allows, and are dead each in its own queue', async () => {
    const tried: string[] = [];
    const fail = (kind: string) => async (delivery: Delivery<PrintRequested>) => {
      tried.push(`${kind} ${delivery.message.pageId}`);
      throw busy();
    };
    const consumers = [await consume(printJob, fail('print')), await consume(scanJob, fail('scan'))];
    await request(printJob, 1);
    await request(scanJob, 2);
    expect(await deadLetter(printJob)).toMatchObject({ pageId: 1, attempts: 5, routingKey: 'print.requested' });
    expect(await deadLetter(scanJob)).toMatchObject({ pageId: 2, attempts: 2, routingKey: 'scan.requested' });
    expect(tried.filter((each) => each === 'print 1')).toHaveLength(5);
    expect(tried.filter((each) => each === 'scan 2')).toHaveLength(2);
    expect(tried).toHaveLength(7);
    for (const consumer of consumers) await consumer.stop();
    await expectNothingLeft(printJob, scanJob);
  });

  it('are given up by their own limit of retries that cost no attempt', async () => {
    const attempts: number[] = [];
    const consumer = await consume(scanJob, async ({ attempt }) => {
      attempts.push(attempt);
      throw new CodedError('no-disk', 'No disk', { retryable: true, attemptCounts: false });
    });
    await request(scanJob, 1);
    expect(await deadLetter(scanJob)).toMatchObject({ code: 'no-disk' });
    // one retry of each attempt is free
    expect(attempts).toEqual([1, 1, 2, 2]);
    await consumer.stop();
    await expectNothingLeft(scanJob);
  });

  it('of a lost worker are tried alone each beside its own kind: one that is stuck holds up no other kind', async () => {
    const doomed = await startMessaging(virtualHost.url, { name: 'doomed' });
    let held = 0;
    const stuck: Handle = () => {
      held += 1;
      return new Promise(() => undefined);
    };
    const lost = [await consume(printJob, stuck, {}, doomed), await consume(scanJob, stuck, {}, doomed)];
    await request(printJob, 1);
    await request(scanJob, 2);
    await until('it holds both', () => held === 2);
    for (const consumer of lost) await consumer.stop(AbortSignal.abort());
    await doomed.close();
    await consume(printJob, stuck);
    await until('the page is held again, alone', () => held === 3);
    const scanned: [number, number][] = [];
    await consume(scanJob, async ({ message, attempt }) => void scanned.push([message.pageId, attempt]));
    await until('the scan is done', () => scanned.length === 1);
    expect(scanned).toEqual([[2, 2]]);
    await probe.expectDepth('print.jobs.isolated', 0);
    await expectNothingLeft(scanJob);
  });

  it('that wait for the same are deferred apart, and come back each to its own handler', async () => {
    let hasPaper = false;
    const counts = { print: 0, scan: 0 };
    const gateOf = (kind: keyof typeof counts): DeferralGate => ({
      refusal: () => (hasPaper ? undefined : forPaper()),
      admission: () => ({ places: hasPaper ? 100 : 0, until: Date.now() }),
      countDeferred: (_, jobs) => (counts[kind] += jobs),
    });
    const done: string[] = [];
    const handle = (kind: string) => async (delivery: Delivery<PrintRequested>) =>
      void done.push(`${kind} ${delivery.message.pageId} ${delivery.attempt}`);
    await consume(printJob, handle('print'), { gate: gateOf('print') });
    await consume(scanJob, handle('scan'), { gate: gateOf('scan') });
    for (const pageId of [1, 2]) await request(printJob, pageId);
    for (const pageId of [3, 4]) await request(scanJob, pageId);
    await until('all wait', () => counts.print === 2 && counts.scan === 2);
    hasPaper = true;
    await until('all are done', () => done.length === 4);
    expect(done.sort()).toEqual(['print 1 1', 'print 2 1', 'scan 3 1', 'scan 4 1']);
    await until('none waits', () => counts.print === 0 && counts.scan === 0);
  });

  it('are not taken by a process that nobody told of them', async () => {
    const { name, request: message, retry } = scanJob;
    const undeclared = defineJob({ name, request: message, retry, row: 'pageId' });
    await expect(consume(undeclared, async () => undefined)).rejects.toThrow('scan jobs are not declared');
    const source = { queue: 'copy.jobs', deadKey: 'copy.dead' };
    const options = { readiness: 'copies', source, decode: () => ({}), prefetch: 1, batchSize: 1 };
    expect(() => application.consumers.batches({ ...options, handle: async () => undefined })).toThrow(
      'copy.jobs is not declared',
    );
  });

  it('have one handler in a process', async () => {
    const first = await consume(printJob, async () => undefined);
    await expect(consume(printJob, async () => undefined)).rejects.toThrow('print.jobs is consumed');
    await first.stop();
    await consume(printJob, async () => undefined);
  });

  describe('in an app', () => {
    const ready = (by: MessagingApplication) =>
      by.readiness.with([]).map(async ({ name, check }) => {
        const isWell = await check(AbortSignal.timeout(1_000)).then(
          () => true,
          (error: Error) => error.message,
        );
        return [name, isWell] as const;
      });

    it('say whether they are ready, without being listed', async () => {
      expect(application.readiness.with([])).toEqual([]);
      const consumer = await consume(printJob, async () => undefined, { readiness: 'printing' });
      await consume(scanJob, async () => undefined, { readiness: 'scanning' });
      expect(await Promise.all(ready(application))).toEqual([
        ['printing', true],
        ['scanning', true],
      ]);
      await consumer.takeNoMore('The printer burns');
      expect(await Promise.all(ready(application))).toEqual([
        ['printing', 'The printer burns'],
        ['scanning', true],
      ]);
    });

    it('are finished when it shuts down, within their time, and no more are taken', async () => {
      const ending = await startMessaging(virtualHost.url, { name: 'ending' });
      const letGo: (() => void)[] = [];
      const done: number[] = [];
      const slowly: Handle = async ({ message }) => {
        await new Promise<void>((resolve) => letGo.push(resolve));
        done.push(message.pageId);
      };
      const printing = await consume(printJob, slowly, { prefetch: 1, drainMs: 20_000 }, ending);
      await consume(scanJob, () => new Promise(() => undefined), { drainMs: 10 }, ending);
      for (const pageId of [1, 2]) await request(printJob, pageId);
      await request(scanJob, 3);
      await until('it holds a page', () => letGo.length === 1);
      await probe.expectDepth('scan.jobs', 0);
      const closed = ending.close();
      await until('it takes no more', () =>
        printing.check().then(
          () => false,
          () => true,
        ),
      );
      letGo[0]!();
      await closed;
      expect(done).toEqual([1]);
      await probe.expectLeft('print.jobs', 1);
      await probe.expectLeft('scan.jobs', 1);
    });
  });
});
