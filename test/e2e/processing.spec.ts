import type { IncomingMessage } from 'node:http';
import sharp from 'sharp';
import { ProcessingClient, type ProcessingStatus } from '../support/processing-client.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { eventsOf, type ServerSentEvent } from '../support/server-sent-events.js';

const collected = async (body: IncomingMessage): Promise<ServerSentEvent[]> => {
  const events: ServerSentEvent[] = [];
  for await (const event of eventsOf(body)) events.push(event);
  return events;
};
const someone = '7b1f1a0e-6c1d-4f0a-9a54-0c5a6f2f5a11';

/** Real: API, image worker, broker, database; through HTTP alone. */
describeWithFaults('processing uploads', () => {
  let system: SharedSystem;
  let uploads: ProcessingClient;
  const red = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#ff0000' } });

  beforeAll(async () => {
    system = await startSystem({ name: 'processing', workers: 0, others: ['image-worker'] });
    uploads = new ProcessingClient(system.client);
  });
  afterAll(() => system?.stop());

  const json = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await system.client.call('GET', path, undefined, headers);
    return { status: answer.status, type: answer.headers['content-type'], body: answer.json as unknown as never };
  };

  it('answers an upload with its job, and says where it is and what it came to', async () => {
    const picture = await red(1600, 1000).jpeg().toBuffer();
    const answer = await uploads.tryUpload({ picture, type: 'image/jpeg', fileName: 'Ärger.jpg' });
    expect(answer.status).toBe(200);
    const accepted = (await answer.json()) as { job_id: string };
    expect(Object.keys(accepted)).toEqual(['job_id', 'status', 'operations', 'message']);
    expect(accepted).toMatchObject({ status: 'queued', operations: ['resize'], message: expect.any(String) });
    const { job_id: jobId } = accepted;
    const status = await uploads.ended(jobId);
    expect(Object.keys(status)).toEqual([
      ...[
        'status',
        'operations',
        'timestamp',
        'file_name',
        'job_id',
        'options',
        'attempts',
        'started_at',
        'finished_at',
      ],
      'result',
    ]);
    const { answer: download, bytes } = await uploads.picture(jobId);
    expect(status).toMatchObject({
      status: 'completed',
      operations: ['resize'],
      file_name: 'Ärger.jpg',
      attempts: 1,
      result: {
        processed_key: expect.stringContaining(jobId),
        download_url: `/processed/${jobId}`,
        width: 800,
        height: 500,
        bytes: bytes.length,
        format: 'jpeg',
      },
    });
    expect(Object.keys(status.result!)).toEqual([
      'processed_key',
      'download_url',
      'width',
      'height',
      'bytes',
      'format',
    ]);
    expect(download.headers.get('content-type')).toBe('image/jpeg');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 800, height: 500 });
  });

  it('sends the picture whole, by ranges, and not again to who has it', async () => {
    const jobId = await uploads.upload({ picture: await red(30, 20).png().toBuffer() });
    await uploads.ended(jobId);
    const whole = await uploads.picture(jobId);
    const entityTag = whole.answer.headers.get('etag')!;
    expect(whole.answer.headers.get('accept-ranges')).toBe('bytes');
    const { length } = whole.bytes;
    const ranges: [string, number, number][] = [
      ['bytes=0-9', 0, 9],
      [`bytes=${length - 5}-`, length - 5, length - 1],
      ['bytes=-7', length - 7, length - 1],
      [`bytes=3-${length + 50}`, 3, length - 1],
    ];
    for (const [range, first, last] of ranges) {
      const { answer, bytes } = await uploads.picture(jobId, { range });
      expect(answer.status).toBe(206);
      expect(answer.headers.get('content-range')).toBe(`bytes ${first}-${last}/${length}`);
      expect(bytes).toEqual(whole.bytes.subarray(first, last + 1));
    }
    expect((await uploads.picture(jobId, { range: `bytes=${length}-` })).answer.status).toBe(416);
    expect((await uploads.picture(jobId, { range: 'bytes=0-1', 'if-range': '"another"' })).answer.status).toBe(200);
    expect((await uploads.picture(jobId, { 'if-none-match': entityTag })).answer.status).toBe(304);
    expect((await uploads.picture(jobId, { 'if-none-match': '"another"' })).answer.status).toBe(200);
  });

  it('applies operations in the order given, with their options', async () => {
    const jobId = await uploads.upload({
      picture: await red(200, 100).png().toBuffer(),
      operations: ' filter , resize ',
      options: { resize: { width: 50, height: 50, fit: 'contain' }, filter: { name: 'grayscale' } },
    });
    expect(await uploads.ended(jobId)).toMatchObject({
      operations: ['filter', 'resize'],
      options: { resize: { width: 50, height: 50, fit: 'contain' }, filter: { name: 'grayscale' } },
      result: { width: 50, height: 50, format: 'png' },
    });
    const { data } = await sharp((await uploads.picture(jobId)).bytes)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const middle = (25 * 50 + 25) * 4;
    expect([...data.subarray(middle, middle + 4)]).toEqual([76, 76, 76, 255]);
    expect(data[3]).toBe(0);
  });

  it('follows jobs until they have ended', async () => {
    const jobId = await uploads.upload({ picture: await red(1200, 900).png().toBuffer(), operations: 'filter' });
    const events = await collected(await system.client.open('GET', `/status/events?ids=${jobId},${someone}`));
    expect(events.at(-1)).toMatchObject({ type: 'done' });
    const states = events
      .filter(({ type }) => type === 'status')
      .map(({ data }) => JSON.parse(data) as ProcessingStatus);
    expect(states.at(-1)).toEqual(await uploads.status(jobId));
    expect(states.at(-1)).toMatchObject({ job_id: jobId, status: 'completed' });
    for (const ids of ['', 'abc', `${jobId},`])
      expect((await system.client.get(`/status/events?ids=${ids}`)).status).toBe(400);
  });

  it('shows a client’s job to that client alone', async () => {
    const addClient = async (name: string): Promise<string> => {
      const body = JSON.stringify({ name });
      const answer = await system.client.callAsOperator('POST', '/clients', body, {
        'content-type': 'application/json',
      });
      return (answer.json as unknown as { api_key: string }).api_key;
    };
    const [own, other] = [await addClient('one'), await addClient('another')];
    const jobId = await uploads.upload({ picture: await red(20, 20).png().toBuffer(), apiKey: own });
    expect(await uploads.ended(jobId, own)).toMatchObject({ status: 'completed' });
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
    for (const headers of [{}, bearer(other)]) {
      expect((await json(`/status/${jobId}`, headers)).status).toBe(404);
      expect((await json(`/processed/${jobId}`, headers)).status).toBe(404);
      const events = await collected(
        await system.client.open('GET', `/status/events?ids=${jobId}`, undefined, headers),
      );
      expect(events.map(({ type }) => type)).toEqual(['done']);
    }
    expect((await json(`/processed/${jobId}`, bearer(own))).status).toBe(200);
  });

  it('tells metrics as text to Prometheus and as JSON to who asks for it', async () => {
    const prometheus = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
    for (const accept of [undefined, prometheus, '*/*']) {
      const headers: Record<string, string> = accept === undefined ? {} : { accept };
      const answer = await system.client.call('GET', '/metrics', undefined, headers);
      expect(answer.headers['content-type']).toMatch('text/plain');
      expect(answer.text).toContain('# TYPE');
    }
    for (const [path, headers] of [
      ['/metrics?format=json', {}],
      ['/metrics', { accept: 'application/json' }],
    ] as const) {
      const { body, type } = await json(path, headers);
      expect(type).toMatch('application/json');
      expect(Object.keys(body)).toEqual(['timestamp', 'queues', 'jobs']);
      const { queues, jobs } = body as {
        queues: Record<string, { name: string; messages: number }>;
        jobs: { total: number; by_status: Record<string, number> };
      };
      expect(Object.keys(queues)).toEqual(['task_queue', 'notification_queue', 'dlq']);
      expect(queues).toMatchObject({
        task_queue: { name: 'processing.jobs', messages: expect.any(Number) },
        notification_queue: { name: 'notifier.events', messages: expect.any(Number) },
        dlq: { name: 'processing.jobs.dead', messages: (await uploads.deadLetters()).failed_messages },
      });
      expect(jobs.total).toBe(Object.values(jobs.by_status).reduce((sum, count) => sum + count, 0));
      expect(jobs.by_status).toMatchObject({ completed: expect.any(Number), failed: expect.any(Number) });
    }
  });
});
