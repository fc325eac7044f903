import type { ConsumeMessage } from 'amqplib';
import { retriedMessage, retryCountOf } from './message-properties.js';

const messageWith = (properties: object) => ({ content: Buffer.from('{}'), properties }) as unknown as ConsumeMessage;

it.each([
  [undefined, 0],
  [{}, 0],
  [{ 'x-retry-count': 2 }, 2],
  [{ 'x-retry-count': -5 }, 0],
  [{ 'x-retry-count': '3' }, 0],
  [{ 'x-retry-count': 1.5 }, 0],
])('counts retries by our own header: %j', (headers, count) => {
  expect(retryCountOf(messageWith({ headers }))).toBe(count);
});

it('sends a request again with all that is its sender’s, and nothing that the broker acts on', () => {
  const headers = {
    trace: 'a',
    CC: ['task_queue'],
    'x-death': [{ queue: 'api.requests' }],
    flag: true,
    'x-retry-count': 1,
  };
  const given = { correlationId: 'c', replyTo: 'r', userId: 'somebody', expiration: '1', headers };
  expect(retriedMessage(messageWith(given), 2)).toEqual({
    routingKey: 'api.requests.retry',
    type: 'api.request',
    body: Buffer.from('{}'),
    headers: { trace: 'a', flag: true, 'x-retry-count': 2 },
    correlationId: 'c',
    replyTo: 'r',
  });
});

it('leaves out what AMQP could not carry a second time', () => {
  const headers = { broken: '\ufffd', nested: { a: 1 }, large: 2 ** 60, x: 'kept' };
  const sent = retriedMessage(messageWith({ correlationId: 'ä'.repeat(200), headers }), 1);
  expect(sent).not.toHaveProperty('correlationId');
  expect(sent.headers).toEqual({ x: 'kept', 'x-retry-count': 1 });
});
