import type { CaptioningClient } from '../support/captioning-client.js';
import { draw, type PictureHost } from '../support/picture-host.js';
import { itAsOperator, productToken, reachProduct, type Product } from '../support/product.js';
import { requestBytes, sendRaw, type RawAnswer } from '../support/raw-request.js';

const json = 'content-type: application/json';
const form = 'content-type: multipart/form-data; boundary=B';
const url = '"image_url":"https://example.org/a.png"';

const post = (type: string, body: string | Uint8Array, more: readonly string[] = []): Uint8Array =>
  requestBytes('POST /images HTTP/1.1', [type, `content-length: ${Buffer.byteLength(body)}`, ...more], body);
const get = (path: string, headers: readonly string[] = []): Uint8Array =>
  requestBytes(`GET ${path} HTTP/1.1`, headers);
const asOperator = (start: string): Uint8Array => requestBytes(start, [`authorization: Bearer ${productToken}`]);
const field = (name: string, value = 'x'): string =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (disposition: string, bytes = 'no picture'): string =>
  `--B\r\nContent-Disposition: ${disposition}\r\nContent-Type: image/png\r\n\r\n${bytes}\r\n`;
const repeated = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join('');

type Case = readonly [title: string, bytes: string | Uint8Array, status: number, code: string];

/** Real: API, two caption workers, broker, database, files. Bytes go out over sockets, so that nothing makes them well-formed. */
describe('hostile requests', () => {
  let product: Product;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    product = await reachProduct('hostile-requests');
    ({ client, pictures } = product);
  }, 300_000);
  afterAll(async () => {
    if (!product) return;
    // whatever was sent, it harmed nothing
    const id = await client.submit(pictures.url('/picture.png', 'after-all-that'));
    expect((await client.descriptionsOf([id]))[0]).toMatch(/\bred\b/);
    expect(await client.ready()).toBe(true);
    await product.stop();
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
    const cases: Case[] = [
      ['posts a form', upload(['origin: https://evil.example', 'sec-fetch-site: cross-site']), 403, 'http-403'],
      ['posts a form in an older browser', upload(['origin: https://evil.example']), 403, 'http-403'],
      ['posts a form from a frame without an origin', upload(['origin: null']), 403, 'http-403'],
      ['sends dead letters again', requestBytes('POST /dlq/1/redeliver HTTP/1.1', ['origin: null']), 403, 'http-403'],
    ];
    it.each(cases)('is refused: it %s', answersProblem);
  });

  describe('a JSON body', () => {
    const cases: Case[] = [
      ['of 64 KiB and a byte', post(json, `{${url},"x":"${'a'.repeat(64 * 1024)}"}`), 413, 'http-413'],
      ['of 50 MB', post(json, Buffer.alloc(50e6, ' ')), 413, 'http-413'],
      ['of 100,000 levels', post(json, '['.repeat(100_000) + ']'.repeat(100_000)), 413, 'http-413'],
      [
        'as deep as 64 KiB can be, as the URL',
        post(json, `{"image_url":${'['.repeat(32_000)}${']'.repeat(32_000)}}`),
        400,
        'invalid-request',
      ],
      ['of nested objects', post(json, `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`), 400, 'invalid-request'],
      ['with NUL bytes between', post(json, `{"image_url":"https://example.org/\0.png"}`), 400, 'http-400'],
      ['of NUL bytes', post(json, '\0'.repeat(100)), 400, 'http-400'],
      ['with an escaped NUL', post(json, '{"image_url":"https://example.org/\\u0000.png"}'), 400, 'invalid-request'],
      [
        'that is no UTF-8',
        post(json, Buffer.from('{"image_url":"https://example.org/\xff.png"}', 'latin1')),
        400,
        'http-400',
      ],
      [
        'with an overlong slash',
        post(json, Buffer.from('{"image_url":"https://example.org/\xc0\xaf"}', 'latin1')),
        400,
        'http-400',
      ],
      ['in UTF-16', post(json, Buffer.from(`{${url}}`, 'utf16le')), 400, 'http-400'],
      ['with __proto__', post(json, `{"__proto__":{"x":1},${url}}`), 400, 'http-400'],
      ['with an escaped __proto__', post(json, `{"\\u005f_proto__":{"x":1},${url}}`), 400, 'http-400'],
      ['with constructor.prototype', post(json, `{"constructor":{"prototype":{"x":1}},${url}}`), 400, 'http-400'],
      ['whose last of two URLs is none', post(json, `{${url},"image_url":17}`), 400, 'invalid-request'],
      ['with a number too large for one', post(json, `{"image_url":${'9'.repeat(1_000)}}`), 400, 'invalid-request'],
      ['with NaN', post(json, '{"image_url":NaN}'), 400, 'http-400'],
      ['with a tag of 60 kB', post(json, `{${url},"tag":"${'a'.repeat(60_000)}"}`), 400, 'invalid-request'],
      ['with an escaped NUL in its tag', post(json, `{${url},"tag":"\\u0000"}`), 400, 'invalid-request'],
      [
        'with an escaped NUL in its prompt',
        post(json, `{${url},"options":{"prompt":"\\u0000"}}`),
        400,
        'invalid-request',
      ],
      [
        'with a prompt of 60 kB',
        post(json, `{${url},"options":{"prompt":"${'a'.repeat(60_000)}"}}`),
        400,
        'invalid-request',
      ],
      ['with beams beyond all numbers', post(json, `{${url},"options":{"beams":1e999}}`), 400, 'invalid-request'],
      ['with beams in a list', post(json, `{${url},"options":{"beams":[3]}}`), 400, 'invalid-request'],
      [
        'with an option that is none',
        post(json, `{${url},"options":{"${'a'.repeat(60_000)}":1}}`),
        400,
        'invalid-request',
      ],
      ['with __proto__ in its options', post(json, `{${url},"options":{"__proto__":{"beams":3}}}`), 400, 'http-400'],
      [
        'with options as deep as 64 KiB can be',
        post(json, `{${url},"options":{"beams":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`),
        400,
        'invalid-request',
      ],
      ['with more behind it', post(json, `{${url}}{${url}}`), 400, 'http-400'],
    ];
    it.each(cases)('is refused: %s', answersProblem);

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
    const cases: Case[] = [
      ['of 20 kB in one', get('/images', [`x: ${'y'.repeat(20_000)}`]), 431, 'http-431'],
      [
        'of 20 kB in many',
        get(
          '/images',
          Array.from({ length: 2_000 }, (_, index) => `x-${index}: yyyyy`),
        ),
        431,
        'http-431',
      ],
      ['in a path of 20 kB', get(`/images/${'1'.repeat(20_000)}`), 431, 'http-431'],
      ['without a colon', get('/images', ['nonsense']), 400, 'http-400'],
      ['with a space in a name', get('/images', ['a b: c']), 400, 'http-400'],
      ['with a NUL', get('/images', ['a: b\0c']), 400, 'http-400'],
      ['that are folded', get('/images', ['a: b', ' c']), 400, 'http-400'],
      ['without a host', 'GET /images HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'http-400'],
      ['with line feeds alone', 'GET /images HTTP/1.1\nhost: a\nconnection: close\n\n', 400, 'http-400'],
      ['of another protocol', Buffer.from('16030100a5010000a10303', 'hex'), 400, 'http-400'],
      ['of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'http-400'],
      ['with a method that there is not', requestBytes('FOO /images HTTP/1.1'), 400, 'http-400'],
      ['that ask for a tunnel', requestBytes('CONNECT picture.example:80 HTTP/1.1'), 405, 'http-405'],
      ['that expect what we are not', post(json, '{}', ['expect: 200-maybe']), 417, 'http-417'],
      ['without a content type', requestBytes('POST /images HTTP/1.1', ['content-length: 2'], '{}'), 415, 'http-415'],
      ['with a content type that is none', post('content-type: ;;;', '{}'), 415, 'http-415'],
      ['with a content type of 10 kB', post(`content-type: application/${'x'.repeat(10_000)}`, '{}'), 415, 'http-415'],
      ['with two content types', post(json, '{}', ['content-type: multipart/form-data']), 400, 'invalid-request'],
      [
        'with a key of two lines',
        post(json, `{${url}}`, ['idempotency-key: a', 'idempotency-key: b']),
        400,
        'invalid-request',
      ],
      [
        'with a key of 10 kB',
        post(json, `{${url}}`, [`idempotency-key: ${'k'.repeat(10_000)}`]),
        400,
        'invalid-request',
      ],
    ];
    it.each(cases)('are refused: %s', answersProblem);

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
    const withLength = (...lengths: string[]): Uint8Array =>
      requestBytes('POST /images HTTP/1.1', [json, ...lengths.map((length) => `content-length: ${length}`)], '{}');
    const chunked = (body: string): Uint8Array =>
      requestBytes('POST /images HTTP/1.1', [json, 'transfer-encoding: chunked'], body);
    const cases: Case[] = [
      ['below zero', withLength('-1'), 400, 'http-400'],
      ['in letters', withLength('two'), 400, 'http-400'],
      ['in hexadecimal', withLength('0x2'), 400, 'http-400'],
      ['twice, and not the same', withLength('2', '3'), 400, 'http-400'],
      ['beyond 64 bits', withLength('99999999999999999999999'), 400, 'http-400'],
      ['beyond 53 bits', withLength('9007199254740993'), 413, 'http-413'],
      ['smaller than the body', withLength('1'), 400, 'http-400'],
      [
        'beside chunks',
        requestBytes('POST /images HTTP/1.1', [json, 'content-length: 2', 'transfer-encoding: chunked'], '0\r\n\r\n'),
        400,
        'http-400',
      ],
      ['of a chunk in other letters', chunked('zz\r\n{}\r\n0\r\n\r\n'), 400, 'http-400'],
      ['of a chunk beyond 64 bits', chunked(`${'f'.repeat(18)}\r\n{}\r\n0\r\n\r\n`), 400, 'http-400'],
      ['of a chunk with 20 kB of extensions', chunked(`1;${'a'.repeat(20_000)}\r\n1\r\n0\r\n\r\n`), 413, 'http-413'],
      ['of a chunk that is not its length', chunked('1\r\n{}\r\n0\r\n\r\n'), 400, 'http-400'],
      ['of chunks with garbage between', chunked('2\r\n{}\r\ngarbage'), 400, 'http-400'],
      ['of chunks beyond the limit', chunked(`20000\r\n${'x'.repeat(0x20000)}\r\n0\r\n\r\n`), 413, 'http-413'],
      [
        'in a transfer coding that we do not read',
        requestBytes('POST /images HTTP/1.1', [json, 'transfer-encoding: gzip'], 'x'),
        400,
        'http-400',
      ],
    ];
    it.each(cases)('is refused: %s', answersProblem);
  });

  describe('a form', () => {
    const picture = 'form-data; name="image"; filename="a.png"';
    const cases: Case[] = [
      ['without a boundary', post('content-type: multipart/form-data', 'x'), 400, 'upload-unreadable'],
      [
        'with an empty boundary',
        post('content-type: multipart/form-data; boundary=', '--\r\n'),
        400,
        'upload-unreadable',
      ],
      [
        'with a boundary of 5 kB',
        post(`content-type: multipart/form-data; boundary=${'b'.repeat(5_000)}`, 'x'),
        400,
        'upload-unreadable',
      ],
      ['of another kind', post('content-type: multipart/mixed; boundary=B', `${file(picture)}--B--`), 415, 'http-415'],
      ['without a part', post(form, '--B--\r\n'), 400, 'upload-missing'],
      ['without a body', post(form, ''), 400, 'upload-missing'],
      [
        'of 1,000 fields',
        post(form, `${repeated(1_000, (index) => field(`f${index}`))}--B--\r\n`),
        400,
        'upload-unreadable',
      ],
      [
        'of 1,000 files',
        post(form, `${repeated(1_000, (index) => file(`form-data; name="f${index}"; filename="a"`))}--B--\r\n`),
        415,
        'upload-not-a-picture',
      ],
      [
        'with a name of 100 kB',
        post(form, `${file(`form-data; name="${'n'.repeat(100_000)}"; filename="a"`)}--B--\r\n`),
        400,
        'upload-missing',
      ],
      [
        'with 5,000 headers to a part',
        post(form, `--B\r\n${'X-A: b\r\n'.repeat(5_000)}\r\nx\r\n--B--\r\n`),
        400,
        'upload-missing',
      ],
      [
        'with a form in it',
        post(
          form,
          '--B\r\nContent-Disposition: form-data; name="image"\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\nContent-Disposition: file; filename="a.png"\r\n\r\nx\r\n--C--\r\n--B--\r\n',
        ),
        400,
        'upload-missing',
      ],
      [
        'with a part without a disposition',
        post(form, '--B\r\nContent-Type: image/png\r\n\r\nx\r\n--B--\r\n'),
        400,
        'upload-missing',
      ],
      ['with a part’s header that is none', post(form, '--B\r\nnonsense\r\n\r\nx\r\n--B--\r\n'), 400, 'upload-missing'],
      ['that ends in a part', post(form, file(picture, '\x89PNG\r\n\x1a\n')), 400, 'upload-unreadable'],
      [
        'that ends in a part’s headers',
        post(form, '--B\r\nContent-Disposition: form-data; na'),
        400,
        'upload-unreadable',
      ],
      ['with a field of 5 MB', post(form, `${field('a', 'x'.repeat(5e6))}--B--\r\n`), 400, 'upload-missing'],
      ['with 5 MB before its first part', post(form, `${'x'.repeat(5e6)}\r\n--B--\r\n`), 400, 'upload-missing'],
      ['with a field __proto__', post(form, `${field('__proto__')}--B--\r\n`), 400, 'upload-unreadable'],
      [
        'with a file __proto__',
        post(form, `${file('form-data; name="__proto__"; filename="a.png"')}--B--\r\n`),
        400,
        'upload-unreadable',
      ],
      [
        'with JSON that is none in a field',
        post(
          form,
          '--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: application/json\r\n\r\n{a\r\n--B--\r\n',
        ),
        400,
        'upload-unreadable',
      ],
      ['with a tag twice', post(form, `${field('tag')}${field('tag')}--B--\r\n`), 400, 'invalid-request'],
      ['with a tag of 2 MB', post(form, `${field('tag', 'x'.repeat(2e6))}--B--\r\n`), 400, 'invalid-request'],
      [
        'with options that are no JSON',
        post(form, Buffer.from(`${field('options', '{')}${file(picture, '\x89PNG\r\n\x1a\n')}--B--\r\n`, 'latin1')),
        400,
        'invalid-request',
      ],
      [
        'in chunks that are none',
        requestBytes('POST /images HTTP/1.1', [form, 'transfer-encoding: chunked'], '5\r\n--B\r\n\r\nzzz'),
        400,
        'http-400',
      ],
      [
        'with a text that says that it is a picture',
        post(form, `${file(picture)}--B--\r\n`),
        415,
        'upload-not-a-picture',
      ],
    ];
    it.each(cases)('is refused: %s', answersProblem);

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
