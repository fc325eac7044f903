import { buffer } from 'node:stream/consumers';
import { streamObject, type ObjectStorage, type StoredObject } from '@ekphrasis/storage';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (found: Uint8Array | undefined): string | undefined => found && new TextDecoder().decode(found);

/**
 * What every storage does. `create` gives instances that share their objects and nothing else.
 * @param listed so many objects are listed: 1,000 make a page
 */
export function itKeepsObjects(create: () => ObjectStorage, listed = 2_100): void {
  it('reads what was written, and nothing where nothing was', async () => {
    await create().write('pictures/17', bytes('seventeen'));
    expect(textOf(await create().read('pictures/17'))).toBe('seventeen');
    expect(await create().read('pictures/18')).toBeUndefined();
    expect(await create().read('18.txt')).toBeUndefined();
    expect(await create().read('pictures')).toBeUndefined();
  });

  it('reads a part of an object, as far as it goes', async () => {
    await create().write('pictures/parts', bytes('0123456789'));
    const part = async (first: number, last: number) =>
      textOf(await create().readRange('pictures/parts', { first, last }));
    expect([await part(0, 0), await part(2, 5), await part(8, 20), await part(10, 12)]).toEqual([
      '0',
      '2345',
      '89',
      '',
    ]);
    expect(await create().readRange('pictures/none', { first: 0, last: 5 })).toBeUndefined();
  });

  it('streams a part of a large object, piece by piece', async () => {
    const large = Buffer.alloc(3_500_000, 'abcdefg');
    await create().write('large', large);
    const whole = await streamObject(create(), 'large', { first: 0, last: large.length - 1 });
    expect(Buffer.compare(await buffer(whole!), large)).toBe(0);
    const part = await streamObject(create(), 'large', { first: 1_000_001, last: 3_100_000 });
    expect(Buffer.compare(await buffer(part!), large.subarray(1_000_001, 3_100_001))).toBe(0);
    expect(await streamObject(create(), 'none', { first: 0, last: 9 })).toBeUndefined();
    const beyond = await streamObject(create(), 'large', { first: 0, last: large.length });
    await expect(buffer(beyond!)).rejects.toMatchObject({ code: 'storage-unavailable' });
  });

  it('replaces an object, also by nothing and by ten megabytes', async () => {
    const storage = create();
    await storage.write('replaced', bytes('first'));
    await storage.write('replaced', new Uint8Array(0));
    expect((await storage.read('replaced'))?.length).toBe(0);
    await storage.write('replaced', new Uint8Array(10_000_000).fill(7));
    expect((await storage.read('replaced'))?.length).toBe(10_000_000);
  });

  it('writes once: a later writer gets the first one’s bytes', async () => {
    expect(textOf(await create().writeOnce('once.txt', bytes('first')))).toBe('first');
    expect(textOf(await create().writeOnce('once.txt', bytes('second')))).toBe('first');
    expect(textOf(await create().read('once.txt'))).toBe('first');
  });

  it('writes a companion with the first one’s bytes alone', async () => {
    const companion = (text: string) => ({ key: '17.txt', bytes: bytes(text) });
    await create().write('17.txt', bytes('of another life'));
    await create().writeOnce('results/17', bytes('first'), undefined, companion('of the first'));
    expect(textOf(await create().read('17.txt'))).toBe('of the first');
    const kept = await create().writeOnce('results/17', bytes('second'), undefined, companion('of the second'));
    expect(textOf(kept)).toBe('first');
    expect(textOf(await create().read('17.txt'))).toBe('of the first');
  });

  it('removes an object, and does nothing where there is none', async () => {
    const storage = create();
    await storage.write('removed', bytes('x'));
    await storage.remove('removed');
    await storage.remove('removed');
    await storage.remove('never/was');
    expect(await storage.read('removed')).toBeUndefined();
  });

  it.each([
    '',
    '/etc/passwd',
    '../secret',
    'a/../../b',
    'a//b',
    'a/',
    '.hidden',
    'a/.b',
    'nul\0',
    'a\\b',
    'ä',
    'x'.repeat(2000),
  ])('refuses the key %j', async (key) => {
    const refusal = { code: 'storage-key-invalid', retryable: false };
    await expect(create().read(key)).rejects.toMatchObject(refusal);
    await expect(create().write(key, bytes('x'))).rejects.toMatchObject(refusal);
    await expect(create().writeOnce(key, bytes('x'))).rejects.toMatchObject(refusal);
    await expect(create().remove(key)).rejects.toMatchObject(refusal);
  });

  it('does nothing for a caller who has gone away', async () => {
    const reason = new Error('shutting down');
    await expect(create().write('late', bytes('x'), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(await create().read('late')).toBeUndefined();
  });

  it('lists what lies right below a folder, with its time, and nothing else', async () => {
    const storage = create();
    const keys = Array.from({ length: listed }, (_, index) => `listed/${index}`);
    for (let from = 0; from < keys.length; from += 100)
      await Promise.all(keys.slice(from, from + 100).map((key) => storage.write(key, bytes('x'))));
    await storage.write('listed/below/1', bytes('x'));
    await storage.write('listed-not', bytes('x'));
    const found: StoredObject[] = [];
    for await (const page of storage.list('listed')) {
      expect(page.length).toBeLessThanOrEqual(1_000);
      found.push(...page);
    }
    expect(found.map(({ key }) => key).sort()).toEqual([...keys].sort());
    for (const { modifiedAt } of found) expect(Math.abs(Date.now() - modifiedAt.getTime())).toBeLessThan(120_000);
    expect(await keysIn(storage, 'nothing')).toEqual([]);
  });

  it('lists the root without its folders, its marker and what is on its way', async () => {
    await create().mark('ours');
    await create().write('17.txt', bytes('x'));
    const keys = await keysIn(create(), '');
    expect(keys).toContain('17.txt');
    expect(keys.filter((key) => key.startsWith('.') || key.includes('/'))).toEqual([]);
  });

  it('bears the mark of whoever marked it first', async () => {
    expect(await create().mark('first')).toBe(await create().readMarker());
    const marker = await create().readMarker();
    expect(await create().mark('another')).toBe(marker);
    expect(await create().location()).toBe(await create().location());
  });

  it('says that it is well', async () => {
    await expect(create().check()).resolves.toBeUndefined();
  });
}

async function keysIn(storage: ObjectStorage, folder: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of storage.list(folder)) keys.push(...page.map(({ key }) => key));
  return keys;
}
