import { Logger } from '@nestjs/common';
import { until } from '../../../../test/support/until.js';
import { MaintenanceTask } from './maintenance-task.js';

describe('MaintenanceTask', () => {
  const minute = 60_000;
  let isOurTurn: boolean;
  let lastPage: number;
  let taken: number;
  let held: number;
  let failed: boolean;
  let done: number[];
  let failAt: number | undefined;
  let task: MaintenanceTask;

  beforeAll(() => void Logger.overrideLogger(false));
  afterAll(() => void Logger.overrideLogger(new Logger()));
  beforeEach(() => {
    // the pauses between pages are real
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    isOurTurn = true;
    lastPage = 3;
    taken = 0;
    held = 0;
    failed = false;
    done = [];
    failAt = undefined;
    const take = async () => {
      taken += 1;
      return isOurTurn;
    };
    const turns = { take, hold: async () => void (held += 1) };
    task = new MaintenanceTask(turns, { name: 'test', everyMs: 600_000, pages });
    task.start();
  });
  afterEach(async () => {
    await task.stop();
    jest.useRealTimers();
  });

  async function* pages(): AsyncGenerator<void> {
    for (let page = 1; page <= lastPage; page += 1) {
      failed = page === failAt;
      if (failed) throw new Error('the database is away');
      done.push(page);
      yield;
    }
  }

  const untilDone = (...pages: number[]) =>
    until(`the pages ${pages.join(', ')} are done`, () => String(done) === String(pages), { every: 5 });

  it('does its pages one after the other, and holds its turn after each', async () => {
    jest.advanceTimersByTime(minute);
    await untilDone(1, 2, 3);
    await until('it has held its turn', () => held === 3, { every: 5 });
  });

  it('does nothing while it is another replica’s turn, and asks again', async () => {
    isOurTurn = false;
    for (let asked = 0; asked < 5; asked += 1) await jest.advanceTimersByTimeAsync(minute);
    expect([taken, done]).toEqual([5, []]);
    isOurTurn = true;
    jest.advanceTimersByTime(minute);
    await untilDone(1, 2, 3);
  });

  it('does not begin anew while it is at work', async () => {
    jest.advanceTimersByTime(5 * minute);
    await untilDone(1, 2, 3);
    expect(taken).toBe(1);
  });

  it('ends its turn with a page that fails, and begins anew at the next', async () => {
    failAt = 2;
    jest.advanceTimersByTime(minute);
    await until('the second page has failed', () => failed, { every: 5 });
    failAt = undefined;
    await jest.advanceTimersByTimeAsync(minute);
    await untilDone(1, 1, 2, 3);
  });

  it('stops between two pages', async () => {
    lastPage = Infinity;
    jest.advanceTimersByTime(minute);
    await until('a page is done', () => done.length > 0, { every: 5 });
    await task.stop();
    const { length } = done;
    await jest.advanceTimersByTimeAsync(2 * minute);
    expect([taken, done.length]).toEqual([1, length]);
  });
});
