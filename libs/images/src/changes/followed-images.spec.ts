import { FollowedImages } from './followed-images.js';
import type { ImageState } from './image-state.js';

const state = (version: string, isFinal = false) => ({ version, isFinal }) as ImageState;
const never = new AbortController().signal;

describe('FollowedImages', () => {
  it('has all of them to be looked at first, and then what is marked, once however often', () => {
    const followed = new FollowedImages([1, 2, 3]);
    expect(followed.takeChanged()).toEqual(new Map([1, 2, 3].map((id) => [id, undefined])));
    expect(followed.takeChanged().size).toBe(0);
    followed.tell(new Map([[2, state('a')]]));
    for (const id of [2, 2, 2, 4]) followed.mark(id);
    expect(followed.takeChanged()).toEqual(new Map([[2, 'a']]));
  });

  it('forgets what is final or not there, and tells nothing of it again', () => {
    const followed = new FollowedImages([1, 2, 3]);
    followed.takeChanged();
    followed.mark(1);
    const states = new Map([
      [1, state('a', true)],
      [2, undefined],
      [3, state('b')],
    ]);
    expect(followed.tell(states)).toEqual([state('a', true), state('b')]);
    expect(followed.size).toBe(1);
    expect(followed.tell(states)).toEqual([state('b')]);
    followed.mark(1);
    followed.markAll();
    expect([...followed.takeChanged().keys()]).toEqual([3]);
  });

  it('has a hundred of them looked at together, and the others after these', async () => {
    const followed = new FollowedImages(Array.from({ length: 250 }, (_, index) => index));
    const taken = [0, 1, 2].map(() => [...followed.takeChanged().keys()]);
    expect(taken.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(taken.flat()).toEqual([...followed.ids]);
    expect(await followed.changedWithin(1, never)).toBe(false);
  });

  it('waits until one may have changed, or the signal aborts', async () => {
    const followed = new FollowedImages([1]);
    expect(await followed.changedWithin(1_000_000, never)).toBe(true);
    followed.takeChanged();
    const waiting = followed.changedWithin(1_000_000, never);
    followed.mark(1);
    expect(await waiting).toBe(true);
    followed.takeChanged();
    const abort = new AbortController();
    const aborted = followed.changedWithin(1_000_000, abort.signal);
    abort.abort();
    expect(await aborted).toBe(false);
    expect(await followed.changedWithin(1, never)).toBe(false);
  });
});
