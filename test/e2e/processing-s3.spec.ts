import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import sharp from 'sharp';
import { ProcessingClient } from '../support/processing-client.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';

/** Real: API, image worker, broker, database, an S3 server; through HTTP alone. */
describeWithFaults('processing uploads in S3', () => {
  let directory: string;
  let server: S3rver;
  let system: SharedSystem;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-s3-'));
    server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory });
    const { port } = await server.run();
    const environment = {
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_CREATE_BUCKET: 'true',
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    };
    system = await startSystem({ name: 'processing-s3', workers: 0, others: ['image-worker'], environment });
  });
  afterAll(async () => {
    await system?.stop();
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('keeps originals and results in buckets of their own, each marked', async () => {
    const uploads = new ProcessingClient(system.client);
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#336699' } })
      .png()
      .toBuffer();
    const jobId = await uploads.upload({ picture, operations: 'resize', options: { resize: { width: 20 } } });
    const { result } = await uploads.ended(jobId);
    expect((await uploads.picture(jobId)).bytes).toHaveLength(result!.bytes);
    const keysIn = async (bucket: string) => (await readdir(join(directory, bucket))).join(' ');
    expect(await keysIn('uploads')).toContain(jobId);
    expect(await keysIn('processed')).toContain(result!.processed_key);
    for (const bucket of ['ekphrasis', 'uploads', 'processed'])
      expect(await keysIn(bucket)).toContain('.ekphrasis-storage');
    expect((await readdir(system.dataDirectory)).join(' ')).not.toContain(jobId);
  });
});
