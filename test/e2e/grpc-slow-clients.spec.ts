import { status } from '@grpc/grpc-js';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningApplication } from '../../scripts/setup/applications.cjs';
import { grpcClient, type GrpcClient, type StubCall } from '../support/grpc-clients.js';
import { describeWithFaults } from '../support/product.js';
import { residentMemoryOf } from '../support/resident-memory.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { throughout, until } from '../support/until.js';

const megabyte = 1024 ** 2;
const uploadTimeoutMs = 2_000;
/** Streams of `Watch` that may be open. */
const places = 120;

/** Real: message-service, API, broker, database, storage. Clients do not read what they asked for, or do not send what they began. */
describeWithFaults('slow clients of gRPC', () => {
  let system: SharedSystem;
  let service: RunningApplication;
  let captioning: GrpcClient;
  const clients: GrpcClient[] = [];

  beforeAll(async () => {
    const environment = { EVENT_STREAMS_MAX: String(places), REQUEST_TIMEOUT_MS: String(uploadTimeoutMs) };
    system = await startSystem({ name: 'grpc-slow-clients', workers: 0, others: ['message-service'], environment });
    service = system.others[0]!;
    captioning = connect();
  }, 300_000);
  afterAll(async () => {
    for (const client of clients) client.close();
    await system?.stop();
  }, 60_000);

  function connect(): GrpcClient {
    const client = grpcClient('ekphrasis.v1.Captioning', `127.0.0.1:${service.portOf('GRPC_PORT')}`);
    clients.push(client);
    return client;
  }

  /** Makes finished images, each with so many characters to tell. @returns their ids */
  async function makeImages(count: number, characters: number): Promise<number[]> {
    const rows = await system.database.query<{ id: string }>(
      `INSERT INTO images (id, url, status, description, finished_at)
       SELECT 5000000 + n, 'https://example.org/', 'described', repeat('word ', $2 / 5), now()
       FROM generate_series(1, $1) AS n RETURNING id`,
      [count, characters],
    );
    return rows.map(({ id }) => Number(id));
  }

  it('cost no memory for what they do not read, hold nobody up, and get it once they do', async () => {
    const [streams, images, characters] = [100, 1_000, 10_000];
    const ids = await makeImages(images, characters);
    expect(await captioning.stream('Watch', { image_ids: ids })).toHaveLength(images);
    const before = residentMemoryOf(service.pid);
    const unread = Array.from({ length: streams }, () => connect().stub['Watch']!({ image_ids: ids }));
    const failures: string[] = [];
    for (const call of unread) call.on('error', ({ message }: Error) => failures.push(message));
    // each has as much in hand as it takes without a reader, and what is garbage meanwhile
    await throughout(5_000, async () => {
      const grown = residentMemoryOf(service.pid) - before;
      expect(grown).toBeLessThan(0.8 * streams * images * characters);
    });
    expect(await captioning.call('Get', { image_id: ids[0] })).toMatchObject({ status: 'described' });
    expect(await captioning.stream('Watch', { image_ids: ids.slice(0, 10) })).toHaveLength(10);
    expect(failures).toEqual([]);
    const read: unknown[] = [];
    for await (const image of unread[0]!) read.push(image);
    expect(read).toHaveLength(images);
    for (const call of unread) call.cancel();
  }, 120_000);

  it('give their places back when they cancel, or their time is over', async () => {
    const [id] = await system.database.query<{ id: string }>(
      `INSERT INTO images (id, url) VALUES (4999999, 'https://example.org/') RETURNING id`,
    );
    const request = { image_ids: [Number(id!.id)] };
    const begin = (options: object = {}): Promise<StubCall> =>
      new Promise((resolve, reject) => {
        const call = captioning.stub['Watch']!(request, options);
        call.once('data', () => resolve(call)).once('error', reject);
        call.on('error', () => undefined);
      });
    const begun = await until('all places are free, and taken', async () => {
      const results = await Promise.allSettled(Array.from({ length: places }, () => begin()));
      const open = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      if (open.length === places) return open;
      for (const call of open) call.cancel();
      return false;
    });
    await expect(begin()).rejects.toMatchObject({ code: status.UNAVAILABLE });
    for (const call of begun) call.cancel();
    const late = await until('a place is free again', () => begin({ deadline: Date.now() + 1_000 }));
    const [error] = await new Promise<[{ code: number }]>((resolve) =>
      late.once('error', (...args) => resolve(args as never)),
    );
    expect(error).toMatchObject({ code: status.DEADLINE_EXCEEDED });
  }, 60_000);

  describe('that send a picture', () => {
    /** Begins an upload, with a chunk of it. */
    function begin(): { call: StubCall; ended: Promise<number> } {
      let call!: StubCall;
      const ended = new Promise<number>((resolve) => {
        call = captioning.stub['Upload']!((error: { code: number } | null) => resolve(error?.code ?? status.OK));
      });
      call.on('error', () => undefined);
      call.write({ data: Buffer.alloc(1_000) });
      return { call, ended };
    }

    it('are told so when it does not come in time', async () => {
      const startedAt = performance.now();
      expect(await begin().ended).toBe(status.DEADLINE_EXCEEDED);
      expect(performance.now() - startedAt).toBeGreaterThan(uploadTimeoutMs - 100);
    });

    it('have no more memory than there is, and give it back when they cancel', async () => {
      const begun = Array.from({ length: 30 }, begin);
      // 256 MiB are for uploads in hand, 20 MiB for each
      const refused = await Promise.race([...begun.map(({ ended }) => ended), pause(uploadTimeoutMs, status.OK)]);
      expect(refused).toBe(status.UNAVAILABLE);
      for (const { call } of begun) call.cancel();
      const picture = await readFile('samples/ring.jpg');
      await until('there is room again', () => captioning.upload('Upload', [{ data: picture }]), { within: 1_000 });
      expect(service.logTail(1_000)).not.toMatch(/a call failed/);
    });
  });

  it('end nothing but their own calls', () => {
    expect(service.isRunning()).toBe(true);
    expect(residentMemoryOf(service.pid)).toBeLessThan(600 * megabyte);
  });
});
