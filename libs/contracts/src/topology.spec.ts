import {
  captionCompleted,
  captionFailed,
  captionRequested,
  captionRetryKey,
  captionStarted,
  captionWaiting,
  deferredRestKey,
  imagesExchange,
  maxAttempts,
  queues,
  retryDelaysMs,
} from './index.js';

const boundKeys = queues.flatMap(({ routingKeys }) => routingKeys);

it('binds a queue for every message that must not be lost', () => {
  for (const { routingKey } of [captionRequested, captionStarted, captionCompleted, captionFailed, captionWaiting]) {
    expect(boundKeys.filter((key) => key === routingKey)).toHaveLength(1);
  }
});

it('binds every key once, and declares every queue once', () => {
  expect(boundKeys).toEqual([...new Set(boundKeys)]);
  expect(queues.map(({ name }) => name)).toEqual([...new Set(queues.map(({ name }) => name))]);
});

it('dead-letters only to what is declared, at least once', () => {
  for (const { arguments: given } of queues) {
    if (!given['x-dead-letter-routing-key']) continue;
    expect(given['x-dead-letter-exchange']).toBe(imagesExchange.name);
    expect(boundKeys).toContain(given['x-dead-letter-routing-key']);
    expect(given).toMatchObject({ 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' });
    expect(given['x-max-length']).toBeGreaterThan(0);
  }
});

it('has a rest for each attempt but the last, each longer than the one before', () => {
  expect(retryDelaysMs).toHaveLength(maxAttempts - 1);
  expect([...retryDelaysMs].sort((a, b) => a - b)).toEqual([...retryDelaysMs]);
  for (let failed = 1; failed < maxAttempts; failed += 1) expect(boundKeys).toContain(captionRetryKey(failed));
});

it.each([
  [0, 'caption.deferred.1'],
  [4_999, 'caption.deferred.1'],
  [5_000, 'caption.deferred.2'],
  [59_999, 'caption.deferred.3'],
  [86_400_000, 'caption.deferred.4'],
])('has a rest that is over within %d ms, where there is one: %s', (waitMs, key) => {
  expect(deferredRestKey(waitMs)).toBe(key);
  expect(boundKeys).toContain(key);
});
