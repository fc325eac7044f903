import { captionJob, captionRequested, clientEvents, imagesExchange, topology, type JobDefinition } from './index.js';

/** The broker of a running system has these, and refuses whoever declares them with other arguments: what is here never changes. */
const declared = [
  '{"name":"images","type":"topic"}',
  '{"name":"caption.jobs","routingKeys":["caption.requested"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":6,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.dead","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000}}',
  '{"name":"caption.jobs.isolated","routingKeys":["caption.isolated"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":6,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.dead","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000}}',
  '{"name":"caption.jobs.retry.1","routingKeys":["caption.retry.1"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.requested","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000,"x-message-ttl":1000}}',
  '{"name":"caption.jobs.retry.2","routingKeys":["caption.retry.2"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.requested","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000,"x-message-ttl":5000}}',
  '{"name":"caption.jobs.retry.3","routingKeys":["caption.retry.3"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.requested","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000,"x-message-ttl":20000}}',
  '{"name":"caption.jobs.retry.4","routingKeys":["caption.retry.4"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.requested","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000,"x-message-ttl":60000}}',
  '{"name":"caption.jobs.deferred","routingKeys":["caption.deferred.due"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000}}',
  '{"name":"caption.jobs.deferred.1","routingKeys":["caption.deferred.1"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.deferred.due","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000,"x-message-ttl":1000}}',
  '{"name":"caption.jobs.deferred.2","routingKeys":["caption.deferred.2"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.deferred.due","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000,"x-message-ttl":5000}}',
  '{"name":"caption.jobs.deferred.3","routingKeys":["caption.deferred.3"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.deferred.due","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000,"x-message-ttl":20000}}',
  '{"name":"caption.jobs.deferred.4","routingKeys":["caption.deferred.4"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"caption.deferred.due","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000,"x-message-ttl":60000}}',
  '{"name":"caption.jobs.dead","routingKeys":["caption.dead"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000}}',
  '{"name":"api.completions","routingKeys":["caption.started","caption.completed","caption.failed","caption.waiting"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"completion.dead","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000}}',
  '{"name":"api.completions.dead","routingKeys":["completion.dead"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000}}',
];

it('declares for captions what running systems have, byte for byte', () => {
  const own = [imagesExchange, ...captionJob.allQueues].map((each) => JSON.stringify(each));
  expect(own).toEqual(declared);
});

describe.each(topology.jobs.map((job): [string, JobDefinition] => [job.name, job]))(
  'the topology of %s jobs',
  (_, job) => {
    const boundKeys = job.allQueues.flatMap(({ routingKeys }) => routingKeys);

    it('is declared', () => {
      for (const queue of job.allQueues) expect(topology.queues).toContain(queue);
    });

    it('binds a queue for every message that must not be lost', () => {
      for (const { routingKey } of [job.request, ...(job.reports?.contracts ?? [])]) {
        expect(boundKeys.filter((key) => key === routingKey)).toHaveLength(1);
      }
    });

    it('dead-letters only to what is declared, at least once', () => {
      for (const { arguments: given } of job.allQueues) {
        if (!given['x-dead-letter-routing-key']) continue;
        expect(given['x-dead-letter-exchange']).toBe(imagesExchange.name);
        expect(boundKeys).toContain(given['x-dead-letter-routing-key']);
        expect(given).toMatchObject({ 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' });
        expect(given['x-max-length']).toBeGreaterThan(0);
      }
    });

    it('has a wait after each attempt but the last', () => {
      for (let failed = 1; failed < job.retry.maxAttempts; failed += 1)
        expect(boundKeys).toContain(job.retryKey(failed));
    });
  },
);

it('keeps every event of a client for the notifier, and what nobody understands beside it', () => {
  expect([clientEvents.queue, clientEvents.dead].map((each) => JSON.stringify(each))).toEqual([
    '{"name":"notifier.events","routingKeys":["image.described","image.failed","processing.completed","processing.failed"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000,"x-dead-letter-exchange":"images","x-dead-letter-routing-key":"notifier.events.dead","x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish","x-max-length":2000000}}',
    '{"name":"notifier.events.dead","routingKeys":["notifier.events.dead"],"arguments":{"x-queue-type":"quorum","x-delivery-limit":1000000000}}',
  ]);
  expect(topology.queues).toEqual(expect.arrayContaining([clientEvents.queue, clientEvents.dead]));
});

it.each([
  [0, 'caption.deferred.1'],
  [4_999, 'caption.deferred.1'],
  [5_000, 'caption.deferred.2'],
  [59_999, 'caption.deferred.3'],
  [86_400_000, 'caption.deferred.4'],
])('has a wait that is over within %d ms, where there is one: %s', (waitMs, key) => {
  expect(captionJob.deferredKey(waitMs)).toBe(key);
  expect(captionJob.queues.deferredWaits.flatMap(({ routingKeys }) => routingKeys)).toContain(key);
});

it('carries deferred captions under the type that earlier workers read', () => {
  expect(captionJob.deferredBatch.type).toBe('caption.deferred.v1');
  expect(captionJob.request).toBe(captionRequested);
});
