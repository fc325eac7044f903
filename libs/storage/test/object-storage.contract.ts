import type { ObjectStorage } from '@ekphrasis/storage';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (found: Uint8Array | undefined): string | undefined => found && new TextDecoder().decode(found);

/** What every storage does. `create` gives instances that share their objects and nothing else. */
export function itKeepsObjects(create: () => ObjectStorage): void {
  it('reads what was written, and nothing where nothing was', async () => {
    await create().write('pictures/17', bytes('seventeen'));
    expect(textOf(await create().read('pictures/17'))).toBe('seventeen');
    expect(await create().read('pictures/18')).toBeUndefined();
    expect(await create().read('18.txt')).toBeUndefined();
    expect(await create().read('pictures')).toBeUndefined();
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

  it('says that it is well', async () => {
    await expect(create().check()).resolves.toBeUndefined();
  });
}
