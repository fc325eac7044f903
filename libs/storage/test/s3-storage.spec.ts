import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Storage } from '@ekphrasis/storage';
import S3rver from 's3rver';
import { ConditionalS3Server } from './conditional-s3-server.js';
import { itKeepsObjects } from './object-storage.contract.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (found: Uint8Array | undefined) => new TextDecoder().decode(found);

function storageAt(port: number, timeoutMs = 10_000, createBucket = false): S3Storage {
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  const endpoint = `http://127.0.0.1:${port}`;
  return new S3Storage({
    endpoint,
    region: 'us-east-1',
    bucket: 'captions',
    createBucket,
    credentials,
    forcePathStyle: true,
    timeoutMs,
  });
}

describe('S3Storage (real: an S3 server that ignores conditions)', () => {
  let directory: string;
  let server: S3rver;
  let port: number;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-s3-'));
    server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory });
    ({ port } = await server.run());
    await storageAt(port, 10_000, true).mark('ours');
  });
  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });

  // its second page is an error on this Node.js: it encrypts its token with what was removed
  itKeepsObjects(() => storageAt(port), 900);
});

describe('S3Storage against a server that honours conditions', () => {
  let server: ConditionalS3Server;
  beforeEach(async () => {
    server = await ConditionalS3Server.start();
    server.bucket = true;
  });
  afterEach(() => server.stop());

  it('reads ranges', async () => {
    const storage = storageAt(server.port);
    await storage.write('parts', bytes('0123456789'));
    const part = async (first: number, last: number) => textOf(await storage.readRange('parts', { first, last }));
    expect([await part(0, 0), await part(2, 5), await part(8, 20), await part(10, 12)]).toEqual([
      '0',
      '2345',
      '89',
      '',
    ]);
  });

  it('gives the loser of a race the winner’s bytes', async () => {
    server.beforePut = () => server.objects.set('/captions/17.txt', bytes('winner'));
    expect(textOf(await storageAt(server.port).writeOnce('17.txt', bytes('loser')))).toBe('winner');
    expect(textOf(server.objects.get('/captions/17.txt'))).toBe('winner');
  });

  it('writes without a condition where the server refuses conditions', async () => {
    server.refusesConditions = true;
    expect(textOf(await storageAt(server.port).writeOnce('17.txt', bytes('first')))).toBe('first');
    expect(textOf(await storageAt(server.port).writeOnce('17.txt', bytes('second')))).toBe('first');
  });

  it('is away where there is no such bucket, and makes none unasked', async () => {
    server.bucket = false;
    const storage = storageAt(server.port);
    const away = {
      code: 'storage-away',
      retryable: true,
      attemptCounts: false,
      message: expect.stringContaining('captions'),
    };
    await expect(storage.read('17.txt')).rejects.toMatchObject(away);
    await expect(storage.write('17.txt', bytes('x'))).rejects.toMatchObject(away);
    await expect(storage.readMarker()).rejects.toMatchObject(away);
    await expect(storage.mark('ours')).rejects.toMatchObject(away);
    expect(server.bucketsCreated).toBe(0);
  });

  it('makes the bucket where it may, to mark it', async () => {
    server.bucket = false;
    const storage = storageAt(server.port, 10_000, true);
    await expect(storage.write('17.txt', bytes('x'))).rejects.toMatchObject({ code: 'storage-away' });
    expect(await storage.mark('ours')).toBe('ours');
    expect(await storage.mark('another')).toBe('ours');
    await storage.write('17.txt', bytes('x'));
    expect(server.bucketsCreated).toBe(1);
  });

  it('takes a 403 for a missing object only where it can read its marker', async () => {
    server.canList = false;
    const storage = storageAt(server.port);
    await expect(storage.read('17.txt')).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(await storage.mark('ours')).toBe('ours');
    expect(await storage.read('17.txt')).toBeUndefined();
    expect(textOf(await storage.writeOnce('17.txt', bytes('first')))).toBe('first');
    server.status = 403;
    await expect(storageAt(server.port).read('18.txt')).rejects.toMatchObject({ code: 'storage-unavailable' });
    await expect(storageAt(server.port).read('17.txt')).rejects.toMatchObject({ code: 'storage-unavailable' });
  });

  it('lists by pages, to the last one', async () => {
    for (let index = 0; index < 2_100; index += 1) server.objects.set(`/captions/listed/${index}`, bytes('x'));
    const sizes: number[] = [];
    const keys = new Set<string>();
    for await (const page of storageAt(server.port).list('listed')) {
      sizes.push(page.length);
      for (const { key } of page) keys.add(key);
    }
    expect(sizes).toEqual([1_000, 1_000, 100]);
    expect(keys.size).toBe(2_100);
  });

  it('reports a full server as such', async () => {
    server.putStatus = 507;
    await expect(storageAt(server.port).check()).rejects.toMatchObject({ code: 'storage-full', retryable: true });
  });

  it('waits for a server that hangs no longer than its limit', async () => {
    server.hangs = true;
    await expect(storageAt(server.port, 50).read('17.txt')).rejects.toMatchObject({ code: 'storage-unavailable' });
  });

  it('stops waiting when the caller goes away', async () => {
    server.hangs = true;
    const caller = new AbortController();
    const reason = new Error('shutting down');
    const reading = storageAt(server.port).read('17.txt', caller.signal);
    await server.nextRequest;
    caller.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });

  it('is unavailable while no server answers', async () => {
    await server.stop();
    await expect(storageAt(server.port).check()).rejects.toMatchObject({
      code: 'storage-unavailable',
      retryable: true,
    });
  });
});
