import { FactorialQueue } from './factorial-queue.js';

describe('FactorialQueue', () => {
  let queue: FactorialQueue;

  beforeEach(() => (queue = new FactorialQueue(2)));

  /** Computes all that is to be computed. @returns which were */
  function computeAll(): number[] {
    const computed: number[] = [];
    for (let n = queue.next(); n !== undefined; n = queue.next()) {
      computed.push(n);
      queue.computed(n, `${n}!`);
    }
    return computed;
  }

  it('has one computed at a time, in the order in which they were asked for, each once', async () => {
    const answers = [700, 800, 700].map((n) => queue.ask(n));
    expect([queue.next(), queue.next()]).toEqual([700, undefined]);
    queue.computed(700, '700!');
    expect(computeAll()).toEqual([800]);
    expect(await Promise.all(answers)).toEqual(['700!', '800!', '700!']);
  });

  it('keeps the latest', async () => {
    for (const n of [700, 800, 900]) void queue.ask(n);
    computeAll();
    expect(await queue.ask(900)).toBe('900!');
    void queue.ask(700);
    expect(computeAll()).toEqual([700]);
  });

  it('forgets what nobody waits for any more, and nothing that somebody does', async () => {
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    const gone = [
      queue.ask(700, first.signal),
      queue.ask(800, first.signal),
      queue.ask(800, second.signal),
      queue.ask(900, first.signal),
    ].map((answer) => answer.catch((error: Error) => error.message));
    const stays = [queue.ask(900, third.signal), queue.ask(950)];
    expect(queue.next()).toBe(700);
    first.abort(new Error('the first has gone'));
    second.abort(new Error('the second has gone'));
    queue.computed(700, '700!');
    expect(computeAll()).toEqual([900, 950]);
    expect(await Promise.all(stays)).toEqual(['900!', '950!']);
    expect(await Promise.all(gone)).toEqual([
      'the first has gone',
      'the first has gone',
      'the second has gone',
      'the first has gone',
    ]);
  });

  it('computes anew what was forgotten, once it is asked for again', async () => {
    const abort = new AbortController();
    const gone = queue.ask(700, abort.signal).catch(() => 'gone');
    abort.abort();
    expect(await gone).toBe('gone');
    expect(queue.next()).toBeUndefined();
    const answer = queue.ask(700);
    computeAll();
    expect(await answer).toBe('700!');
  });

  it('fails what is computed and what waits, but nothing that is there', async () => {
    const done = queue.ask(700);
    computeAll();
    const failing = [queue.ask(800), queue.ask(900, new AbortController().signal)];
    queue.next();
    queue.fail(new Error('the thread ended'));
    for (const answer of failing) await expect(answer).rejects.toThrow('the thread ended');
    expect(await done).toBe('700!');
    const again = queue.ask(800);
    computeAll();
    expect(await again).toBe('800!');
  });
});
