import { IsInt } from 'class-validator';
import { defineMessage } from '../message-contract.js';
import { defineJob, type JobOptions } from './define-job.js';
import { defineTopology } from './define-topology.js';

class PageRequested {
  @IsInt()
  pageId: number;
}

const retry = { delaysMs: [10, 20], maxAttempts: 3, maxUncountedRetries: 5 };
const request = defineMessage('print.requested', 1, PageRequested);
const printed = defineMessage('print.done', 1, PageRequested);
const options: JobOptions<PageRequested> = { name: 'print', request, row: 'pageId', retry };

it('gives a kind of job its queues, by its name', () => {
  const { allQueues, reports } = defineJob({ ...options, reports: { contracts: [printed] } });
  expect(allQueues.map(({ name }) => name)).toEqual([
    'print.jobs',
    'print.jobs.isolated',
    'print.jobs.retry.1',
    'print.jobs.retry.2',
    'print.jobs.deferred',
    'print.jobs.deferred.1',
    'print.jobs.deferred.2',
    'print.jobs.dead',
    'print.reports',
    'print.reports.dead',
  ]);
  expect(reports?.deadKey).toBe('print.reports.dead');
});

it('limits deliveries to one more than there are attempts', () => {
  const { jobs, isolated } = defineJob(options).queues;
  for (const queue of [jobs, isolated]) expect(queue.arguments['x-delivery-limit']).toBe(4);
});

it('uses the last wait for all further failures', () => {
  const job = defineJob(options);
  expect([1, 2, 3, 100].map((failures) => job.retryKey(failures))).toEqual([
    'print.retry.1',
    'print.retry.2',
    'print.retry.2',
    'print.retry.2',
  ]);
});

it.each([
  ['{"pageId":7}', { pageId: 7 }],
  ['{"pageId":"7a"}', { pageId: '7a' }],
  ['{"pageId":null}', {}],
  ['{}', {}],
  ['null', {}],
  ['no JSON', {}],
])('tells the row that %s is about', (body, row) => {
  expect(defineJob(options).rowIn(Buffer.from(body))).toEqual(row);
});

it.each([
  ['no delays', { delaysMs: [] }, /growing delays/],
  ['delays that do not grow', { delaysMs: [10, 10] }, /\[10, 10\]/],
  ['a delay of nothing', { delaysMs: [0, 10] }, /growing delays/],
  ['half a millisecond', { delaysMs: [0.5] }, /growing delays/],
  ['a delay longer than the broker knows', { delaysMs: [2 ** 32] }, /growing delays/],
  ['no attempt', { maxAttempts: 0 }, /at least one attempt/],
  ['half an attempt', { maxAttempts: 1.5 }, /at least one attempt/],
  ['fewer uncounted retries than none', { maxUncountedRetries: -1 }, /uncounted retries/],
])('refuses %s', (_, wrong, message) => {
  expect(() => defineJob({ ...options, retry: { ...retry, ...wrong } })).toThrow(message);
});

it.each(['', 'Print', 'print.page', 'print_page', '-print', 'print1', '*'])("refuses the name '%s'", (name) => {
  expect(() => defineJob({ ...options, name })).toThrow(/Expected a word/);
});

it('refuses a request whose routing key is another kind’s', () => {
  const other = defineMessage('scan.requested', 1, PageRequested);
  expect(() => defineJob({ ...options, request: other })).toThrow(/begins with print\./);
});

it('refuses a routing key that it uses otherwise', () => {
  const dead = defineMessage('print.dead', 1, PageRequested);
  expect(() => defineJob({ ...options, request: dead })).toThrow('The routing key print.dead is taken');
});

it('refuses two kinds of job with one name, one queue or one routing key', () => {
  const job = defineJob(options);
  expect(() => defineTopology([job, defineJob(options)])).toThrow('The queue print.jobs is taken');
  const scan = { ...options, name: 'scan', request: defineMessage('scan.requested', 1, PageRequested) };
  const sameQueue = defineJob({ ...scan, reports: { contracts: [printed], queue: 'print.jobs' } });
  expect(() => defineTopology([job, sameQueue])).toThrow('The queue print.jobs is taken');
  const sameKey = defineJob({ ...scan, reports: { contracts: [request] } });
  expect(() => defineTopology([job, sameKey])).toThrow('The routing key print.requested is taken');
});
