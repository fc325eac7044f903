import { describeWithFaults } from '../support/product.js';
import { RawConnection, requestBytes } from '../support/raw-request.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

const requestTimeoutMs = 6_000;

/** Real: API, broker, database. Clients send a byte now and then, over sockets. */
describeWithFaults('slow clients', () => {
  let system: SharedSystem;
  const trickling: NodeJS.Timeout[] = [];

  beforeAll(async () => {
    const environment = { REQUEST_TIMEOUT_MS: String(requestTimeoutMs) };
    system = await startSystem({ name: 'hostile-slow-clients', workers: 0, environment });
  }, 300_000);
  afterAll(() => system?.stop());
  afterEach(() => trickling.splice(0).forEach(clearInterval));

  /** Sends the beginning at once, and then a byte each 100 ms. */
  async function trickle(beginning: string | Uint8Array, byte: string): Promise<RawConnection> {
    const connection = await RawConnection.open(system.client.url);
    connection.write(beginning);
    trickling.push(setInterval(() => connection.write(byte), 100));
    return connection;
  }

  const withBody = (...headers: string[]) => requestBytes('POST /images HTTP/1.1', headers);
  const json = 'content-type: application/json';
  const part = '--B\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n\x89PNG';
  const slow: [what: string, beginning: string | Uint8Array, further: string, limitMs: number][] = [
    ['headers', 'GET /images HTTP/1.1\r\nhost: a\r\nx: ', 'a', requestTimeoutMs / 8],
    ['a JSON body', withBody(json, 'content-length: 9999'), ' ', requestTimeoutMs],
    ['chunks', withBody(json, 'transfer-encoding: chunked'), '1\r\n \r\n', requestTimeoutMs],
    [
      'an upload',
      Buffer.concat([
        withBody('content-type: multipart/form-data; boundary=B', 'content-length: 9999'),
        Buffer.from(part),
      ]),
      'a',
      requestTimeoutMs,
    ],
    ['nothing after 100 Continue', withBody(json, 'content-length: 9', 'expect: 100-continue'), '', requestTimeoutMs],
  ];

  it('are answered in time, and their connection closed, whatever it is that they send slowly', async () => {
    const answered = slow.map(async ([what, beginning, further, limitMs]) => {
      const connection = await trickle(beginning, further);
      const { status, contentType, body, milliseconds } = await connection.answer();
      expect([what, status, contentType]).toEqual([what, 408, 'application/problem+json']);
      expect(JSON.parse(body)).toMatchObject({ status: 408, code: 'http-408' });
      expect(milliseconds).toBeGreaterThan(limitMs - 100);
      expect(milliseconds).toBeLessThan(limitMs + 5_000);
    });
    await Promise.all(answered);
  });

  it('in hundreds keep nobody else waiting', async () => {
    const beginnings = ['GET /images HTTP/1.1\r\nhost: a\r\nx: ', withBody(json, 'content-length: 9999')];
    const crowd = await Promise.all(Array.from({ length: 300 }, () => RawConnection.open(system.client.url)));
    crowd.forEach((connection, index) => connection.write(beginnings[index % 2]!));
    const answer = await system.client.postJson('/images', { image_url: 'https://example.org/a.png' });
    expect(answer.status).toBe(200);
    // it did not wait for them to be answered
    expect(crowd.some(({ isOpen }) => isOpen)).toBe(true);
    for (const connection of crowd) expect(await connection.answer()).toMatchObject({ status: 408 });
  });

  it.each([
    ['a form that is refused by its first part', 'multipart/form-data; boundary=B', 415],
    ['a JSON body that is too large', 'application/json', 413],
  ])('are heard out before they are answered, so that the answer reaches them: %s', async (_, type, status) => {
    const part = '--B\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nno picture\r\n--B\r\n\r\n';
    const [pieces, size] = [10, 100_000];
    const length = part.length + pieces * size;
    const head = requestBytes('POST /images HTTP/1.1', [`content-type: ${type}`, `content-length: ${length}`], part);
    const connection = await RawConnection.open(system.client.url);
    connection.write(head);
    let sent = 0;
    trickling.push(setInterval(() => sent++ < pieces && connection.write('x'.repeat(size)), 50));
    expect(await connection.answer()).toMatchObject({ status, failure: undefined });
    expect(sent).toBeGreaterThanOrEqual(pieces);
  });

  it('with large uploads do not fill the memory: others are turned away until those are done', async () => {
    const form = 'content-type: multipart/form-data; boundary=B';
    const start = '--B\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n\x89PNG\r\n\x1a\n';
    const large = Buffer.concat([
      Buffer.from(start, 'latin1'),
      Buffer.alloc(17 * 1024 ** 2),
      Buffer.from('\r\n--B--\r\n'),
    ]);
    const upload = () =>
      system.client.call('POST', '/images', large, { 'content-type': 'multipart/form-data; boundary=B' });
    const crowd: RawConnection[] = [];
    const join = async (): Promise<void> => {
      const connection = await RawConnection.open(system.client.url);
      connection.write(withBody(form, `content-length: ${20 * 1024 ** 2}`));
      crowd.push(connection);
    };
    await Promise.all(Array.from({ length: 12 }, join));
    const refused = await until('no more fits', async () => {
      const answer = await upload();
      // clients of before may still have been counted when these came
      if (answer.status === 200) await Promise.all([join(), join()]);
      return answer.status !== 200 && answer;
    });
    expect(refused).toMatchObject({ status: 503, json: { code: 'overloaded' }, headers: { 'retry-after': '1' } });
    expect((await system.client.postJson('/images', { image_url: 'https://example.org/c.png' })).status).toBe(200);
    for (const connection of crowd) connection.end();
    await until('it fits again', async () => (await upload()).status === 200);
  });

  it('that go away in the middle of an upload leave nothing behind', async () => {
    const head = ['content-type: multipart/form-data; boundary=B', 'content-length: 9999999'];
    const part = '--B\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n\x89PNG\r\n\x1a\n';
    for (let client = 0; client < 20; client++) {
      const connection = await RawConnection.open(system.client.url);
      connection.write(requestBytes('POST /images HTTP/1.1', head, part + 'x'.repeat(100_000)));
      connection.end();
    }
    expect(await system.client.get('/health/live')).toMatchObject({ status: 200 });
    expect(await system.client.finishedIds()).toEqual([]);
    const { status } = await system.client.postJson('/images', { image_url: 'https://example.org/b.png' });
    expect(status).toBe(200);
  });
});
