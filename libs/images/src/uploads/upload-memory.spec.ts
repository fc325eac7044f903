import { UploadMemory } from './upload-memory.js';

const mebibytes = (count: number): number => count * 1024 ** 2;

describe('UploadMemory', () => {
  let memory: UploadMemory;
  let finish: (() => void)[];

  beforeEach(() => {
    memory = new UploadMemory();
    finish = [];
  });

  const hold = (announced: number | undefined) =>
    memory.hold(announced, () => new Promise<string>((resolve) => finish.push(() => resolve('stored'))));

  it('turns away what does not fit beside what is in hand, and takes it again once that is done', async () => {
    const held = Array.from({ length: 12 }, () => hold(mebibytes(20)));
    await expect(hold(mebibytes(20))).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    const small = hold(mebibytes(1));
    finish.forEach((end) => end());
    expect(await Promise.all([...held, small])).toEqual(Array.from({ length: 13 }, () => 'stored'));
    await memory.hold(mebibytes(20), async () => 'stored');
  });

  it('counts what failed as done', async () => {
    const failing = Array.from({ length: 8 }, () => memory.hold(undefined, () => Promise.reject(new Error('no form'))));
    for (const each of failing) await expect(each).rejects.toThrow('no form');
    await memory.hold(undefined, async () => 'stored');
  });

  it('lets no announcement, however large, keep more than its share', async () => {
    const first = hold(Number.MAX_SAFE_INTEGER);
    const second = hold(mebibytes(20));
    finish.forEach((end) => end());
    expect(await Promise.all([first, second])).toEqual(['stored', 'stored']);
  });
});
