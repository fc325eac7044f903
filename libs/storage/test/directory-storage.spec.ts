import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DirectoryStorage, markerKey } from '@ekphrasis/storage';
import * as openFiles from '../src/open-files.js';
import { itKeepsObjects } from './object-storage.contract.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('DirectoryStorage (real: the file system)', () => {
  let root: string;
  let directory: string;
  const create = (timeoutMs = 10_000) => new DirectoryStorage({ directory, timeoutMs });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'ekphrasis-storage-'));
  });
  beforeEach(async () => {
    directory = join(await mkdtemp(join(root, 'test-')), 'not', 'there', 'yet');
    await create().mark('ours');
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => rm(root, { recursive: true }));

  itKeepsObjects(create);

  it('keeps an object as the file of its name, and nothing else in sight', async () => {
    await create().write('17.txt', bytes('a cat on a mat'));
    await create().writeOnce('18.txt', bytes('a dog'));
    expect((await readdir(directory)).filter((name) => !name.startsWith('.')).sort()).toEqual(['17.txt', '18.txt']);
    expect(await readFile(join(directory, '17.txt'), 'utf8')).toBe('a cat on a mat');
    expect(await readdir(join(directory, '.partial'))).toEqual([]);
  });

  it('lets one of many concurrent first writers win, and tells all of them', async () => {
    const writers = Array.from({ length: 40 }, (_, index) => create().writeOnce('raced', bytes(`writer ${index}`)));
    const answers = (await Promise.all(writers)).map((answer) => new TextDecoder().decode(answer));
    expect(new Set(answers)).toEqual(new Set([await readFile(join(directory, 'raced'), 'utf8')]));
  });

  it('never shows half an object to a reader', async () => {
    const storage = create();
    const versions = ['a', 'b'].map((letter) => bytes(letter.repeat(100_000)));
    await storage.write('swapped', versions[0]!);
    const writing = Promise.all(
      Array.from({ length: 20 }, (_, index) => storage.write('swapped', versions[index % 2]!)),
    );
    const read = await Promise.all(Array.from({ length: 40 }, () => storage.read('swapped')));
    await writing;
    for (const found of read) expect(new Set(found).size).toBe(1);
    expect(read.every((found) => found?.length === 100_000)).toBe(true);
  });

  it('is away where its directory is not there, and nobody but who marks it makes one', async () => {
    const storage = create();
    await storage.write('a/1', bytes('x'));
    await rm(directory, { recursive: true });
    const away = {
      code: 'storage-away',
      retryable: true,
      attemptCounts: false,
      message: expect.stringContaining(directory),
    };
    await expect(storage.write('a/1', bytes('y'))).rejects.toMatchObject(away);
    await expect(storage.writeOnce('a/1', bytes('y'))).rejects.toMatchObject(away);
    await expect(storage.check()).rejects.toMatchObject(away);
    await expect(storage.location()).rejects.toMatchObject(away);
    expect(await storage.read('a/1')).toBeUndefined();
    expect(await storage.readMarker()).toBeUndefined();
    expect(await readdir(dirname(directory))).toEqual([]);
    expect(await storage.mark('ours')).toBe('ours');
    await storage.writeOnce('a/1', bytes('z'));
    expect(await readFile(join(directory, 'a/1'), 'utf8')).toBe('z');
  });

  it('takes a marker that a person has emptied for leave to mark it anew', async () => {
    const storage = create();
    await writeFile(join(directory, markerKey), '\n');
    expect(await storage.readMarker()).toBe('');
    expect(await storage.mark('another')).toBe('another');
    expect(await storage.readMarker()).toBe('another');
  });

  it('removes what a killed writer left an hour ago, and nothing younger', async () => {
    const partials = join(directory, '.partial');
    await mkdir(partials, { recursive: true });
    await writeFile(join(partials, 'old'), 'half a capt');
    await utimes(join(partials, 'old'), 0, Date.now() / 1000 - 3700);
    await writeFile(join(partials, 'young'), 'half a capt');
    await create().write('17.txt', bytes('x'));
    expect(await readdir(partials)).toEqual(['young']);
  });

  it('reports a full disk as such, keeps the old object and leaves nothing behind', async () => {
    const storage = create();
    await storage.write('17.txt', bytes('old'));
    const noSpace = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    jest.spyOn(openFiles, 'writeWhole').mockRejectedValue(noSpace);
    await expect(storage.write('17.txt', bytes('new'))).rejects.toMatchObject({
      code: 'storage-full',
      retryable: true,
    });
    await expect(storage.check()).rejects.toMatchObject({ code: 'storage-full' });
    expect(await readFile(join(directory, '17.txt'), 'utf8')).toBe('old');
    expect(await readdir(join(directory, '.partial'))).toEqual([]);
  });

  it('is unavailable where its directory cannot be', async () => {
    await writeFile(join(root, 'file'), '');
    const storage = new DirectoryStorage({ directory: join(root, 'file', 'data'), timeoutMs: 10_000 });
    const unavailable = { code: 'storage-unavailable', retryable: true };
    await expect(storage.check()).rejects.toMatchObject(unavailable);
    await expect(storage.write('17.txt', bytes('x'))).rejects.toMatchObject(unavailable);
    expect(await storage.read('17.txt')).toBeUndefined();
  });

  it('waits for a disk that hangs no longer than its limit', async () => {
    await mkdir(directory, { recursive: true });
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(create(50).read('pipe')).rejects.toMatchObject({ code: 'storage-unavailable', retryable: true });
    // Lets the reader that the kernel still holds go.
    await (await open(pipe, constants.O_RDWR | constants.O_NONBLOCK)).close();
  });

  it('writes small objects side by side', async () => {
    const storage = create(60_000);
    let [atWork, most] = [0, 0];
    const real = openFiles.withOpenFile;
    jest.spyOn(openFiles, 'withOpenFile').mockImplementation((...arguments_) => {
      most = Math.max(most, (atWork += 1));
      return real(...arguments_).finally(() => (atWork -= 1));
    });
    await Promise.all(Array.from({ length: 1000 }, (_, index) => storage.writeOnce(`${index}.txt`, bytes('a cat'))));
    expect((await readdir(directory)).filter((name) => name.endsWith('.txt'))).toHaveLength(1000);
    expect(most).toBeGreaterThan(1);
  });
});
