import { drawAs } from '../support/picture-host.js';
import { ProcessingClient } from '../support/processing-client.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

/** Real: API, image worker, broker, database; through HTTP alone. */
describeWithFaults('uploads that cannot be processed', () => {
  let system: SharedSystem;
  let uploads: ProcessingClient;

  beforeAll(async () => {
    system = await startSystem({ name: 'processing-refusals', workers: 0, others: ['image-worker'] });
    uploads = new ProcessingClient(system.client);
  });
  afterAll(() => system?.stop());

  it.each([
    ['operations', { operations: 'rotate' }],
    ['operations', { operations: 'resize,,filter' }],
    ['operations', { operations: 'resize,resize' }],
    ['options.resize.width', { options: { resize: { width: 0 } } }],
    ['options.resize.height', { options: { resize: { height: '5' } } }],
    ['options.resize.fit', { options: { resize: { fit: 'tight' } } }],
    ['options.resize.enlarge', { options: { resize: { enlarge: 1 } } }],
    ['depth', { options: { resize: { depth: 5 } } }],
    ['options.watermark.text', { options: { watermark: { text: ' ' } } }],
    ['options.watermark.position', { options: { watermark: { position: 'middle' } } }],
    ['options.watermark.opacity', { options: { watermark: { opacity: 1.5 } } }],
    ['options.filter.name', { options: { filter: { name: 'invert' } } }],
    ['rotate', { options: { rotate: {} } }],
    ['options', { options: [] }],
    ['content type', { type: 'text/plain' }],
  ])('refuses an upload that is wrong, and names %s', async (field, wrong) => {
    const answer = await uploads.tryUpload({ picture: await drawAs('png'), ...wrong });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(((await answer.json()) as { detail: string }).detail).toContain(field);
  });

  it('refuses what has no picture in the part file', async () => {
    const picture = new Blob([Uint8Array.from(await drawAs('png'))], { type: 'image/png' });
    const forms = ['none', 'text', 'other'].map((kind) => {
      const form = new FormData();
      if (kind === 'text') form.set('file', 'a picture');
      if (kind === 'other') form.set('image', picture, 'a.png');
      form.set('operations', 'resize');
      return form;
    });
    for (const form of forms) expect((await uploads.post(form)).status).toBe(400);
    expect((await system.client.postJson('/upload', { file: 'a' })).status).toBe(400);
  });

  it('knows nothing of ids that nobody has', async () => {
    const nobodys = '7b1f1a0e-6c1d-4f0a-9a54-0c5a6f2f5a11';
    for (const id of [nobodys, 'abc', '../images', '1', nobodys.toUpperCase()]) {
      expect((await system.client.get(`/status/${encodeURIComponent(id)}`)).status).toBe(404);
      expect((await system.client.get(`/processed/${encodeURIComponent(id)}`)).status).toBe(404);
    }
  });

  it('accepts a corrupted picture, which fails on a worker and is a dead letter; others go on', async () => {
    const sound = await drawAs('jpeg');
    const before = await uploads.deadLetters();
    const [broken, noise, other] = await Promise.all([
      uploads.upload({ picture: sound.subarray(0, 400), type: 'image/jpeg', fileName: 'broken.jpg' }),
      uploads.upload({ picture: Buffer.from('no picture at all'), type: 'image/jpeg' }),
      uploads.upload({ picture: sound, type: 'image/jpeg' }),
    ]);
    expect(await uploads.ended(broken)).toMatchObject({ status: 'failed', result: { error: 'picture-truncated' } });
    expect(await uploads.ended(noise)).toMatchObject({ status: 'failed', result: { error: 'not-a-picture' } });
    expect(await uploads.ended(other)).toMatchObject({ status: 'completed' });
    expect((await uploads.picture(broken)).answer.status).toBe(404);
    const after = await uploads.deadLetters();
    expect(Object.keys(after).slice(0, 3)).toEqual(['dlq', 'failed_messages', 'timestamp']);
    const { reasons } = before;
    expect(after).toMatchObject({
      dlq: 'processing.jobs.dead',
      failed_messages: before.failed_messages + 2,
      reasons: {
        'picture-truncated': 1 + (reasons['picture-truncated'] ?? 0),
        'not-a-picture': 1 + (reasons['not-a-picture'] ?? 0),
      },
    });
  });

  it('processes a failed upload once more when the operator sends its dead letter again', async () => {
    const jobId = await uploads.upload({ picture: Buffer.from('no picture'), type: 'image/png' });
    await uploads.ended(jobId);
    const { failed_messages: before } = await uploads.deadLetters();
    const { letters } = (await system.client.get('/dlq')).json;
    const sent = await system.client.callAsOperator('POST', `/dlq/${letters.at(-1)!.id}/redeliver`);
    expect(sent.json).toEqual({ job_id: jobId });
    await until('it has failed again', async () => (await uploads.deadLetters()).failed_messages === before);
    expect(await uploads.ended(jobId)).toMatchObject({ status: 'failed', attempts: 1 });
  });
});
