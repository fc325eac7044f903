import { Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { CodedError } from '@ekphrasis/errors';
import type { FieldsLine } from '@ekphrasis/observability';
import { printJob, printRequested } from '../../test/print-job.js';
import type { DeferredJobs } from './deferred-jobs.js';
import { jobSource, type JobSource, type Unsettled } from './delivery-source.js';
import type { Publisher } from '../publishing/publisher.js';
import { Settlement } from './settlement.js';

/** A publisher that takes all: what moves where is in the tests with a real broker. */
describe('Settlement', () => {
  let lines: FieldsLine[];
  let settlement: Settlement;

  beforeEach(() => {
    lines = [];
    const write = (line: FieldsLine) => void lines.push(line);
    Logger.overrideLogger({ log: write, warn: write, error: write });
    const publisher = { publish: async () => undefined, blockedForMs: 0 } as unknown as Publisher;
    settlement = new Settlement(publisher, {} as DeferredJobs);
  });
  afterEach(() => {
    Logger.overrideLogger(new Logger());
  });

  const unsettled = (pageId = 7): Unsettled<JobSource> => ({
    channel: { ack: () => undefined } as unknown as Channel,
    message: {
      content: printRequested.encode({ pageId, tray: 'upper' }),
      fields: { routingKey: printRequested.routingKey },
      properties: { type: printRequested.type, messageId: 'a1', headers: { 'x-attempt': 2 } },
    } as unknown as ConsumeMessage,
    source: jobSource(printJob, 'print.jobs'),
  });
  const about = { messageId: 'a1', pageId: 7, queue: 'print.jobs', attempt: 2 };

  it('tells of an error that nobody foresaw with its stack and its cause', async () => {
    const error = new TypeError('undefined is not a page', { cause: new Error('the tray is empty') });
    await settlement.failed(unsettled(), error);
    expect(lines).toEqual([expect.objectContaining({ ...about, code: 'unexpected', err: error })]);
    expect((lines[0]!.err as Error).stack).toContain('settlement.spec');
  });

  it('tells of one that was foreseen by its code, and of its cause where it has one', async () => {
    await settlement.failed(unsettled(), new CodedError('jammed', 'A jam', { retryable: true }));
    const cause = new Error('EPIPE');
    const caused = new CodedError('offline', 'No printer', { retryable: false, cause });
    await settlement.failed(unsettled(), caused);
    expect(lines).toEqual([
      { ...about, code: 'jammed', msg: 'attempt 2 failed (jammed): A jam' },
      { ...about, code: 'offline', err: caused, msg: 'dead-lettered after 2 of 5 attempts (offline): No printer' },
    ]);
  });

  it('tells once of failures that are alike', async () => {
    for (let pageId = 1; pageId <= 10; pageId += 1) {
      await settlement.failed(unsettled(pageId), new CodedError('jammed', 'A jam', { retryable: true }));
    }
    expect(lines.map(({ pageId }) => pageId)).toEqual([1]);
  });
});
