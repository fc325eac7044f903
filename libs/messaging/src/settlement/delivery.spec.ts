import type { ConsumeMessage } from 'amqplib';
import { headers } from '@ekphrasis/contracts';
import { maxAttempts, pagePrinted, printJob, printRequested } from '../../test/print-job.js';
import { deadLetterOf } from './dead-letter.js';
import { attemptOf, decoderOf } from './delivery.js';

const job = { pageId: 17, tray: 'upper' };

function delivered(given: Record<string, unknown> | undefined, type: unknown = printRequested.type): ConsumeMessage {
  return { content: printRequested.encode(job), properties: { type, headers: given } } as unknown as ConsumeMessage;
}

it.each([
  ['the first delivery', undefined, 1],
  ['one whose worker was lost', { 'x-delivery-count': 1 }, 2],
  ['a third attempt', { [headers.attempt]: 3 }, 3],
  ['a third attempt whose worker was lost twice', { [headers.attempt]: 3, 'x-delivery-count': 2 }, 5],
  ['headers that make no sense', { [headers.attempt]: 'three', 'x-delivery-count': '1' }, 1],
  ['a negative attempt', { [headers.attempt]: -4 }, 1],
])('counts attempts: %s', (_, given, attempt) => {
  expect(attemptOf(delivered(given))).toBe(attempt);
});

it('reads a message by its type', () => {
  expect(decoderOf([printRequested])(delivered({}))).toEqual(job);
});

it.each([undefined, '', 'print.requested.v2'])('refuses the type %s', (type) => {
  const message = { ...delivered({}), properties: { type } } as unknown as ConsumeMessage;
  expect(() => decoderOf([printRequested])(message)).toThrow(
    expect.objectContaining({ code: 'malformed-message', retryable: false }) as Error,
  );
});

it('reads a dead letter that we moved', () => {
  const message = delivered({
    [headers.attempt]: 2,
    [headers.deathCode]: 'not-found',
    [headers.deathReason]: 'Nothing there',
    [headers.originalRoutingKey]: 'print.isolated',
  });
  expect(deadLetterOf(message, printJob)).toEqual({
    body: message.content,
    type: printRequested.type,
    routingKey: 'print.isolated',
    code: 'not-found',
    reason: 'Nothing there',
    attempts: 2,
    givenBack: false,
  });
});

it('reads a dead letter that the broker moved', () => {
  const message = delivered({ 'x-first-death-reason': 'delivery_limit', [headers.attempt]: 1 });
  expect(deadLetterOf(message, printJob)).toMatchObject({
    code: 'attempts-exhausted',
    reason: expect.stringContaining('delivery_limit'),
    attempts: maxAttempts,
    routingKey: 'print.requested',
  });
});

it('sends a report that the broker moved where reports go', () => {
  expect(deadLetterOf(delivered({}, pagePrinted.type), printJob).routingKey).toBe('print.done');
});

it.each([
  ['was rejected', { 'x-death': [{ reason: 'rejected' }] }, true],
  ['was rejected after a rest', { 'x-death': [{ reason: 'rejected' }, { reason: 'expired' }] }, true],
  [
    'came to its limit after it was rejected',
    { 'x-death': [{ reason: 'delivery_limit' }, { reason: 'rejected' }] },
    false,
  ],
  ['was moved by us', { 'x-death': [{ reason: 'rejected' }], [headers.deathCode]: 'not-found' }, false],
  ['has no deaths that make sense', { 'x-death': 'rejected' }, false],
])('takes for given back what only was rejected: what %s', (_, given, givenBack) => {
  expect(deadLetterOf(delivered(given), printJob).givenBack).toBe(givenBack);
});

it('reads a dead letter without any headers', () => {
  const message = { ...delivered(undefined), properties: {} } as unknown as ConsumeMessage;
  expect(deadLetterOf(message, printJob)).toMatchObject({ type: '', code: 'attempts-exhausted' });
});
