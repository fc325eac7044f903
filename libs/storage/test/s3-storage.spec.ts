import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Storage } from '@ekphrasis/storage';
import S3rver from 's3rver';
import { ConditionalS3Server } from './conditional-s3-server.js';
import { itKeepsObjects } from './object-storage.contract.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (found: Uint8Array | undefined) => new TextDecoder().decode(found);

function storageAt(port: number, timeoutMs = 10_000): S3Storage {
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  const endpoint = `http://127.0.0.1:${port}`;
  return new S3Storage({
    endpoint,
    region: 'us-east-1',
    bucket: 'captions',
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
  });
  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });

  itKeepsObjects(() => storageAt(port));
});

describe('S3Storage against a server that honours conditions', () => {
  let server: ConditionalS3Server;
  beforeEach(async () => (server = await ConditionalS3Server.start()));
  afterEach(() => server.stop());

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

  it('creates the bucket once, and again when it has gone', async () => {
    const storage = storageAt(server.port);
    await Promise.all([storage.write('1', bytes('x')), storage.write('2', bytes('x'))]);
    expect(server.bucketsCreated).toBe(1);
    server.bucket = false;
    await expect(storage.write('3', bytes('x'))).rejects.toMatchObject({
      code: 'storage-unavailable',
      retryable: true,
    });
    await storage.write('3', bytes('x'));
    expect(server.bucketsCreated).toBe(2);
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
