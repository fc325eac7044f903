import { once } from 'node:events';
import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryStorage, streamObject } from '@ekphrasis/storage';

const mebibyte = 1024 ** 2;
const size = 512 * mebibyte;

/** Real: the file system. */
describe('streamObject', () => {
  let directory: string;
  let storage: DirectoryStorage;
  let parts: number;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-stream-'));
    storage = new DirectoryStorage({ directory, timeoutMs: 10_000 });
    await storage.mark('ours');
    await storage.write('large', Buffer.of(1));
    await truncate(join(directory, 'large'), size);
    const readRange = storage.readRange.bind(storage);
    storage.readRange = (...read) => {
      parts += 1;
      return readRange(...read);
    };
  });
  afterAll(() => rm(directory, { recursive: true }));
  beforeEach(() => void (parts = 0));

  const open = async () => (await streamObject(storage, 'large', { first: 0, last: size - 1 }))!;

  it('holds a few pieces of a large object in memory while it is read', async () => {
    const before = process.memoryUsage().arrayBuffers;
    let [read, most] = [0, 0];
    for await (const piece of await open()) {
      read += (piece as Buffer).length;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(read).toBe(size);
    expect(most).toBeLessThan(size / 4);
  });

  it('reads no further for who takes nothing', async () => {
    const streams = await Promise.all(Array.from({ length: 50 }, open));
    const first = await Promise.all(
      streams.map(async (stream) => (await once(stream, 'readable'), stream.read(1) as Buffer)),
    );
    expect(first.map((piece) => piece.length)).toEqual(streams.map(() => 1));
    // one more that was asked for with it
    expect(parts).toBeLessThanOrEqual(100);
    for (const stream of streams) stream.destroy();
  });

  it('reads the part that is wanted alone', async () => {
    const stream = await streamObject(storage, 'large', { first: size - 10, last: size - 1 });
    const read: Buffer[] = [];
    for await (const piece of stream!) read.push(piece as Buffer);
    expect([Buffer.concat(read).length, parts]).toEqual([10, 1]);
  });
});
