/* Real here: worker threads. */
import { join } from 'node:path';
import { ThreadClient } from '../src/threads/thread-client.js';
import type { MortalCall } from './support/mortal-thread.js';

const start = (): ThreadClient<MortalCall, number> =>
  new ThreadClient<MortalCall, number>(join(__dirname, 'support', 'mortal-thread'), undefined);

it('fails the calls of a thread that dies, and starts another for the next', async () => {
  const client = start();
  const first = await client.call('live');
  const waiting = client.call('wait');
  const dying = client.call('die');
  await expect(waiting).rejects.toMatchObject({ code: 'captioner-died', retryable: true });
  await expect(dying).rejects.toMatchObject({ code: 'captioner-died' });
  expect(await client.call('live')).not.toBe(first);
  await client.close();
});

it('keeps the calls of the next thread apart from the end of the last', async () => {
  const client = start();
  await expect(client.call('crash')).rejects.toMatchObject({
    code: 'captioner-died',
    message: 'The captioning thread ended: not caught by anybody',
  });
  const controller = new AbortController();
  const next = client.call('wait', { signal: controller.signal });
  await client.call('live');
  controller.abort();
  expect(await next).toBeGreaterThan(0);
  await client.close();
});

it('brings an error over with its code, whether to retry, and whether the attempt counts', async () => {
  const client = start();
  await expect(client.call('fail')).rejects.toMatchObject({ code: 'as-asked', retryable: false, attemptCounts: false });
  await client.close();
});

it('tells a running call that nobody wants it any more', async () => {
  const client = start();
  const controller = new AbortController();
  const waiting = client.call('wait', {
    signal: controller.signal,
    onNews: (news) => {
      expect(news).toBe('waiting');
      controller.abort();
    },
  });
  expect(await waiting).toBeGreaterThan(0);
  await client.close();
});
