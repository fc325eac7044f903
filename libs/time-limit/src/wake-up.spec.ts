import { WakeUp } from './wake-up.js';

const minute = 60_000;
const never = new AbortController().signal;

describe('WakeUp', () => {
  it('ends the wait when it is called', async () => {
    const wakeUp = new WakeUp();
    const waiting = wakeUp.within(minute, never);
    wakeUp.call();
    await waiting;
  });

  it('ends the wait after its time', () => new WakeUp().within(1, never));

  it('ends the wait once the signal aborts, and begins none afterwards', async () => {
    const abort = new AbortController();
    const wakeUp = new WakeUp();
    const waiting = wakeUp.within(minute, abort.signal);
    abort.abort();
    await waiting;
    await wakeUp.within(minute, abort.signal);
  });

  it('remembers no call that came before the wait', async () => {
    const wakeUp = new WakeUp();
    wakeUp.call();
    let isOver = false;
    const waiting = wakeUp.within(minute, never).then(() => (isOver = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    wakeUp.call();
    await waiting;
  });
});
