import { getEventListeners } from 'node:events';
import { withTimeLimit } from './time-limit.js';

const onTimeout = (): Error => new Error('too late');
const never = (): Promise<never> => new Promise(() => undefined);
const long = 60_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

it('gives what the work gives, and leaves nothing behind', async () => {
  const { signal } = new AbortController();
  expect(await withTimeLimit({ milliseconds: long, signal, onTimeout }, async () => 'done')).toBe('done');
  await expect(
    withTimeLimit({ milliseconds: long, signal, onTimeout }, () => Promise.reject(new Error('failed'))),
  ).rejects.toThrow('failed');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('ends work that looks at nothing when its time is over, and tells it', async () => {
  let limit: AbortSignal | undefined;
  const limited = withTimeLimit({ milliseconds: 1_000, onTimeout }, (signal) => ((limit = signal), never()));
  const refused = expect(limited).rejects.toThrow('too late');
  jest.advanceTimersByTime(999);
  expect(limit?.aborted).toBe(false);
  jest.advanceTimersByTime(1);
  await refused;
  expect(limit?.aborted).toBe(true);
});

it('ends with the reason of the caller, whatever the work makes of it', async () => {
  const caller = new AbortController();
  const limited = withTimeLimit(
    { milliseconds: long, signal: caller.signal, onTimeout },
    (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('a reason of its own')))),
  );
  caller.abort(new Error('not wanted'));
  await expect(limited).rejects.toThrow('not wanted');
});

it('does not begin for a caller that has gone', async () => {
  const work = jest.fn(never);
  const signal = AbortSignal.abort(new Error('gone'));
  await expect(withTimeLimit({ milliseconds: long, signal, onTimeout }, work)).rejects.toThrow('gone');
  expect(work).not.toHaveBeenCalled();
});
