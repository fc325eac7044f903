import { SharedFlights } from './shared-flights.js';

it('starts equal work once, and again after it has ended', async () => {
  const flights = new SharedFlights<number>();
  let started = 0;
  const work = async (): Promise<number> => ++started;
  expect(await Promise.all([flights.join('a', work), flights.join('a', work), flights.join('b', work)])).toEqual([
    1, 1, 2,
  ]);
  expect(await flights.join('a', work)).toBe(3);
});

it('aborts work only when the last who waits for it has left', async () => {
  const flights = new SharedFlights<never>();
  const [first, second] = [new AbortController(), new AbortController()];
  let signal: AbortSignal | undefined;
  const work = (wanted: AbortSignal): Promise<never> => {
    signal = wanted;
    return new Promise((_, reject) => wanted.addEventListener('abort', () => reject(wanted.reason as Error)));
  };
  const waiting = [flights.join('a', work, first.signal), flights.join('a', work, second.signal)];
  first.abort(new Error('first'));
  await expect(waiting[0]).rejects.toThrow('first');
  expect(signal!.aborted).toBe(false);
  second.abort(new Error('second'));
  await expect(waiting[1]).rejects.toThrow('second');
  expect(signal!.aborted).toBe(true);
  await flights.settled();
});

it('hands a failure to all, and does not keep it', async () => {
  const flights = new SharedFlights<string>();
  const failing = (): Promise<string> => Promise.reject(new Error('no'));
  const outcomes = await Promise.allSettled([flights.join('a', failing), flights.join('a', failing)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await flights.join('a', async () => 'yes')).toBe('yes');
});
