import type { CaptioningClient } from '../support/captioning-client.js';
import { hostileForms } from '../support/hostile-requests/forms.js';
import { hostileHeaders } from '../support/hostile-requests/headers.js';
import { file, form, get, json, post, type HostileRequest } from '../support/hostile-requests/hostile-request.js';
import { hostileJsonBodies } from '../support/hostile-requests/json-bodies.js';
import { hostileLengths } from '../support/hostile-requests/lengths.js';
import { draw, type PictureHost } from '../support/picture-host.js';
import { itAsOperator, productToken, reachProduct, type Product } from '../support/product.js';
import { requestBytes, sendRaw, type RawAnswer } from '../support/raw-request.js';

const asOperator = (start: string): Uint8Array => requestBytes(start, [`authorization: Bearer ${productToken}`]);

/** Real: API, a caption worker, broker, database, files. Bytes go out over sockets, so that nothing makes them well-formed. */
describe('hostile requests', () => {
  let product: Product;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    product = await reachProduct('hostile-requests', 1);
    ({ client, pictures } = product);
  }, 300_000);
  afterAll(async () => {
    if (!product) return;
    try {
      // whatever was sent, it harmed nothing
      const id = await client.submit(pictures.url('/picture.png', 'after-all-that'));
      expect((await client.descriptionsOf([id]))[0]).toMatch(/\bred\b/);
      expect(await client.ready()).toBe(true);
    } finally {
      await product.stop();
    }
  }, 300_000);

  function expectProblem(answer: RawAnswer, status: number, code: string): void {
    expect(answer.body).not.toMatch(/node_modules|\.js:\d|FST_/);
    expect(answer).toMatchObject({ status, contentType: expect.stringMatching(/^application\/problem\+json/) });
    expect(JSON.parse(answer.body)).toEqual({
      type: `urn:ekphrasis:problem:${code}`,
      title: expect.stringMatching(/\w/),
      status,
      detail: expect.stringMatching(/\w/),
      code,
    });
    expect(answer.body.length).toBeLessThan(1_000);
  }

  const answersProblem = async (_: string, bytes: string | Uint8Array, status: number, code: string) =>
    expectProblem(await sendRaw(client.url, bytes), status, code);

  describe('a page of another site', () => {
    const upload = (headers: readonly string[]) =>
      post(form, `${file('form-data; name="file"; filename="a.png"')}--B--\r\n`, headers);
    const cases: HostileRequest[] = [
      ['posts a form', upload(['origin: https://evil.example', 'sec-fetch-site: cross-site']), 403, 'http-403'],
      ['posts a form in an older browser', upload(['origin: https://evil.example']), 403, 'http-403'],
      ['posts a form from a frame without an origin', upload(['origin: null']), 403, 'http-403'],
      ['sends dead letters again', requestBytes('POST /dlq/1/redeliver HTTP/1.1', ['origin: null']), 403, 'http-403'],
    ];
    it.each(cases)('is refused: it %s', answersProblem);
  });

  describe('a JSON body', () => {
    it.each(hostileJsonBodies)('is refused: %s', answersProblem);

    it('may have half a surrogate in its tag and its prompt: others that come with it are taken, too', async () => {
      const image = pictures.url('/picture.png');
      const half = post(json, `{"image_url":"${image}","tag":"\\ud800","options":{"prompt":"\\udc00"}}`);
      const answers = await Promise.all(
        [half, half, post(json, `{"image_url":"${image}"}`)].map((one) => sendRaw(client.url, one)),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const ids = answers.map(({ body }) => (JSON.parse(body) as { image_id: number }).image_id);
      await client.listed(ids);
      expect(await client.status(ids[0]!)).toMatchObject({ tag: '\ufffd', options: { prompt: '\ufffd' } });
    });

    it('counts the last of two keys, as JSON.parse does', async () => {
      const answer = await sendRaw(
        client.url,
        post(json, `{"image_url":17,"image_url":"${pictures.url('/picture.png')}"}`),
      );
      expect(answer.status).toBe(200);
    });

    it('may hold what JSON can say and Unicode cannot: half a surrogate', async () => {
      const half = pictures.url('/picture.png', 'half').replace('half', '\\ud800');
      const answer = await sendRaw(client.url, post(json, `{"image_url":"${half}"}`));
      expect(answer.status).toBe(200);
      await client.listed([(JSON.parse(answer.body) as { image_id: number }).image_id]);
    });
  });

  describe('an id', () => {
    const ids = [
      '1e3',
      '0x10',
      '0b1',
      '9007199254740993',
      '18446744073709551616',
      '-1',
      '-0',
      '1.0',
      '01',
      '%201',
      '1%20',
    ];
    const paths = [
      '../../etc/passwd',
      '..%2f..%2fetc%2fpasswd',
      '%00',
      '1%00',
      '%2e%2e',
      '..\\..\\etc',
      '%',
      '%zz',
      '%ff',
      '%c0%ae',
    ];
    const others = [
      'null',
      'true',
      '[]',
      '{}',
      '__proto__',
      'constructor',
      '1;DROP%20TABLE%20images',
      "1'--",
      '٣',
      '1'.repeat(10_000),
    ];

    it.each([...ids, ...paths, ...others].map((id) => [id.slice(0, 30), id]))('is not found: %s', async (_, id) => {
      for (const path of [`/images/${id}`, `/images/${id}/status`, `/api/v1.0/images/${id}`]) {
        const answer = await sendRaw(client.url, get(Buffer.from(path).toString('latin1')));
        // bytes above ASCII are no path for HTTP; a path that leads elsewhere is another one's not found
        if (/[^\x20-\x7e]/.test(id)) expectProblem(answer, 400, 'http-400');
        else expect(answer).toMatchObject({ status: 404, contentType: expect.stringContaining('problem+json') });
      }
    });

    itAsOperator.each(['1e3', '0x10', '-1', '9007199254740993', '../1', '%00', '1'.repeat(5_000)])(
      'of a dead letter is not found: %.20s',
      async (id) => {
        const answer = await sendRaw(client.url, asOperator(`POST /dlq/${id}/redeliver HTTP/1.1`));
        expect(answer).toMatchObject({ status: 404, contentType: expect.stringContaining('problem+json') });
      },
    );

    it.each([
      '?after=1e3',
      '?after=-1',
      '?after=0x10',
      '?after=9007199254740993',
      '?limit=1.0',
      '?limit=%00',
      '?after=%ff',
    ])('in a list’s query is refused: %s', async (query) =>
      expectProblem(await sendRaw(client.url, get(`/images${query}`)), 400, 'invalid-request'),
    );
  });

  describe('headers', () => {
    it.each(hostileHeaders)('are refused: %s', answersProblem);

    const manyHeaders = (count: number): Uint8Array =>
      get(
        '/images',
        Array.from({ length: count }, () => 'x: y'),
      );

    it('are taken in great number', async () => {
      expect(await sendRaw(client.url, manyHeaders(500))).toMatchObject({ status: 200 });
    });

    it('are taken or refused in greater number, as the version of Node.js has it', async () => {
      const { status } = await sendRaw(client.url, manyHeaders(1_500));
      expect([200, 431]).toContain(status);
    });
  });

  describe('a length', () => {
    it.each(hostileLengths)('is refused: %s', answersProblem);
  });

  describe('a form', () => {
    it.each(hostileForms)('is refused: %s', answersProblem);

    it.each([
      ['a NUL', 'form-data; name="image"; filename="a\0.png"'],
      ['a path upwards', 'form-data; name="image"; filename="../../../../etc/passwd"'],
      ['an absolute path', 'form-data; name="image"; filename="/etc/passwd"'],
      ['a device', 'form-data; name="image"; filename="CON"'],
      ['10 kB', `form-data; name="image"; filename="${'n'.repeat(10_000)}.png"`],
      ['an encoding that there is not', 'form-data; name="image"; filename*=nonsense\'\'%ff%zz'],
      ['nothing, and the field no name', 'form-data; filename="a.png"'],
    ])('may give its picture any name, which nothing is made of: %s', async (_, disposition) => {
      const head = `--B\r\nContent-Disposition: ${disposition}\r\nContent-Type: text/html\r\n\r\n`;
      const body = Buffer.concat([Buffer.from(head, 'latin1'), await draw(), Buffer.from('\r\n--B--\r\n')]);
      const answer = await sendRaw(client.url, post(form, body));
      expect(answer.status).toBe(200);
      const [description] = await client.descriptionsOf([(JSON.parse(answer.body) as { image_id: number }).image_id]);
      expect(description).toMatch(/\bred\b/);
    });
  });
});
