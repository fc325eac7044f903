import type { VersionedImage } from '../status/image-status.repository.js';
import { StatusReader } from './status-reader.js';

interface Query {
  ids: number[];
  versions: (string | undefined)[];
  answer: (images: VersionedImage[], absent?: number[]) => void;
  fail: (error: Error) => void;
}

const image = (id: number, version: string, status: VersionedImage['status'] = 'queued'): VersionedImage => ({
  ...{
    id,
    clientId: null,
    version,
    status,
    description: null,
    confidence: null,
    captions: null,
    tag: null,
    options: null,
  },
  ...{ model: null, attempts: 0, failureCode: null, failureReason: null },
  ...{ queuedAt: new Date(0), startedAt: null, finishedAt: null },
});
const unknown = (...ids: number[]): Map<number, undefined> => new Map(ids.map((id) => [id, undefined]));
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);

/** A fake of the repository, which answers when it is told to. */
describe('StatusReader', () => {
  let queries: Query[];
  let asked: () => void;
  let reader: StatusReader;

  beforeEach(() => {
    queries = [];
    asked = () => undefined;
    reader = new StatusReader({
      findChanged: (ids, versions) =>
        new Promise((resolve, reject) => {
          queries.push({ ids, versions, answer: (changed, absent = []) => resolve({ changed, absent }), fail: reject });
          asked();
        }),
    });
  });

  const untilAsked = async (count: number): Promise<Query> => {
    while (queries.length < count) await new Promise<void>((resolve) => (asked = resolve));
    return queries[count - 1]!;
  };

  it('reads an image once for all who ask before its query begins, one query at a time', async () => {
    const first = reader.read(unknown(1));
    const others = [reader.read(unknown(1, 2)), reader.read(unknown(2, 3)), reader.read(unknown(3, 1))];
    expect(queries.map(({ ids }) => ids)).toEqual([[1]]);
    queries[0]!.answer([image(1, 'a')]);
    expect([...(await first).keys()]).toEqual([1]);
    // whoever asked after that query had begun gets what a later one finds
    const second = await untilAsked(2);
    expect(second.ids).toEqual([1, 2, 3]);
    second.answer([image(1, 'b'), image(2, 'a', 'failed')], [3]);
    const found = await Promise.all(others);
    expect(found.map((states) => [...states.keys()])).toEqual([
      [1, 2],
      [2, 3],
      [1, 3],
    ]);
    expect(found[0]!.get(1)).toBe(found[2]!.get(1));
    expect(found[0]!.get(1)).toMatchObject({ version: 'b', isFinal: false });
    expect(found[0]!.get(2)).toMatchObject({ isFinal: true });
    expect(found[1]!.get(3)).toBeUndefined();
    expect(queries).toHaveLength(2);
  });

  it('reads many in pages, and answers who has all of its own at once', async () => {
    const few = reader.read(unknown(...range(1, 200)));
    const many = reader.read(unknown(...range(201, 1_000)));
    expect(queries[0]!.ids).toHaveLength(200);
    queries[0]!.answer(range(1, 200).map((id) => image(id, 'a')));
    expect((await few).size).toBe(200);
    for (const [index, size] of [500, 500].entries()) {
      const query = await untilAsked(index + 2);
      expect(query.ids).toHaveLength(size);
      query.answer(query.ids.map((id) => image(id, 'a')));
    }
    expect((await many).size).toBe(1_000);
  });

  it('asks only for what changed since the version that is known, and for all where readers know different ones', async () => {
    void reader.read(unknown(9));
    const known = reader.read(new Map([[1, 'a']]));
    const alike = reader.read(new Map([[2, 'a']]));
    const alsoAlike = reader.read(new Map([[2, 'a']]));
    const older = reader.read(new Map([[3, 'a']]));
    const newer = reader.read(new Map([[3, 'b']]));
    queries[0]!.answer([image(9, 'a')]);
    const query = await untilAsked(2);
    expect(query).toMatchObject({ ids: [1, 2, 3], versions: ['a', 'a', undefined] });
    query.answer([image(2, 'b'), image(3, 'b')]);
    expect((await known).size).toBe(0);
    expect((await alike).get(2)).toBe((await alsoAlike).get(2));
    expect((await older).get(3)).toMatchObject({ version: 'b' });
    expect((await newer).size).toBe(0);
  });

  it('fails those whose page cannot be read, and goes on with the others', async () => {
    const first = reader.read(unknown(1));
    const other = reader.read(unknown(2));
    queries[0]!.fail(new Error('the database is away'));
    await expect(first).rejects.toThrow('the database is away');
    (await untilAsked(2)).answer([image(2, 'a')]);
    expect((await other).size).toBe(1);
  });

  it('lets others have their turn while it answers many', async () => {
    const readers = range(0, 400).map(() => reader.read(unknown(...range(1, 100))));
    void reader.read(unknown(1_000));
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    for (let index = 0; index < 2; index += 1) {
      const query = await untilAsked(index + 1);
      query.answer(query.ids.map((id) => image(id, 'a')));
    }
    await Promise.all(readers);
    isDone = true;
    expect(turns).toBeGreaterThanOrEqual(400 / 8);
  });
});
