import type { ConsumeMessage } from 'amqplib';
import { captionRequested, headers, maxAttempts } from '@ekphrasis/contracts';
import { deadLetterOf } from './dead-letter.js';
import { attemptOf, decoderOf } from './delivery.js';

const job = { imageId: 17, url: 'example.org', requestedAt: '2026-01-01T00:00:00.000Z' };

function delivered(given: Record<string, unknown> | undefined, type: unknown = captionRequested.type): ConsumeMessage {
  return { content: captionRequested.encode(job), properties: { type, headers: given } } as unknown as ConsumeMessage;
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
  expect(decoderOf([captionRequested])(delivered({}))).toEqual(job);
});

it.each([undefined, '', 'caption.requested.v2'])('refuses the type %s', (type) => {
  const message = { ...delivered({}), properties: { type } } as unknown as ConsumeMessage;
  expect(() => decoderOf([captionRequested])(message)).toThrow(
    expect.objectContaining({ code: 'malformed-message', retryable: false }) as Error,
  );
});

it('reads a dead letter that we moved', () => {
  const message = delivered({
    [headers.attempt]: 2,
    [headers.deathCode]: 'not-found',
    [headers.deathReason]: 'Nothing there',
    [headers.originalRoutingKey]: 'caption.isolated',
  });
  expect(deadLetterOf(message)).toEqual({
    body: message.content,
    type: captionRequested.type,
    routingKey: 'caption.isolated',
    code: 'not-found',
    reason: 'Nothing there',
    attempts: 2,
    givenBack: false,
  });
});

it('reads a dead letter that the broker moved', () => {
  const message = delivered({ 'x-first-death-reason': 'delivery_limit', [headers.attempt]: 1 });
  expect(deadLetterOf(message)).toMatchObject({
    code: 'attempts-exhausted',
    reason: expect.stringContaining('delivery_limit'),
    attempts: maxAttempts,
    routingKey: 'caption.requested',
  });
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
  expect(deadLetterOf(delivered(given)).givenBack).toBe(givenBack);
});

it('reads a dead letter without any headers', () => {
  const message = { ...delivered(undefined), properties: {} } as unknown as ConsumeMessage;
  expect(deadLetterOf(message)).toMatchObject({ type: '', code: 'attempts-exhausted' });
});
