import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PageFiles } from '@ekphrasis/service';
import { WebPageModule } from './web-page.module.js';

describe('The web page', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const testing = await Test.createTestingModule({ imports: [WebPageModule] }).compile();
    app = testing.createNestApplication(new FastifyAdapter(), { logger: false });
    await app.init();
  });

  afterAll(() => app.close());

  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

  it('is HTML at /', async () => {
    const answer = await get('/');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('<title>Ekphrasis');
  });

  it.each([
    ['page.css', 'text/css; charset=utf-8'],
    ['page.js', 'text/javascript; charset=utf-8'],
    ['favicon.svg', 'image/svg+xml'],
  ])('serves %s as %s', async (name, contentType) => {
    const answer = await get(`/page/${name}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe(contentType);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('gives its icon to browsers that look at the API itself', async () => {
    const answer = await get('/favicon.ico');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('image/svg+xml');
  });

  it('has every file that it names', async () => {
    const names = await readdir(join(__dirname, 'public'));
    const sources = await Promise.all(names.map(async (name) => (await get(`/page/${name}`)).body));
    const named = sources.flatMap((source) => [
      ...[...source.matchAll(/(?:href|src)="page\/([^"]+)"/g)].map(([, name]) => name),
      ...[...source.matchAll(/from '\.\/([^']+)'/g)].map(([, name]) => name),
    ]);
    expect(named).toContain('page.js');
    expect([...names, 'settings.js']).toEqual(expect.arrayContaining([...new Set(named)]));
  });

  it('knows that the gallery is off and no key is needed where nothing is said', async () => {
    expect((await get('/page/settings.js')).body).toBe(
      'export const isGalleryOn = false;\nexport const isKeyRequired = false;\n',
    );
  });

  it('allows its own scripts and styles alone, and pictures from anywhere', async () => {
    const policy = String((await get('/')).headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' blob: data: http: https:",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy.join()).not.toContain('unsafe');
  });

  it('keeps to that policy: nothing inline in its HTML', async () => {
    const { body } = await get('/');
    expect(body).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
  });

  it.each([
    ['the same tag', (tag: string) => tag],
    ['one tag of several', (tag: string) => `"other", ${tag}`],
    ['the tag that a proxy weakened', (tag: string) => `W/${tag}`],
    ['any tag', () => '*'],
  ])('answers 304 without a body to %s', async (_, header) => {
    const { headers } = await get('/');
    const answer = await get('/', { 'if-none-match': header(String(headers.etag)) });
    expect(answer.statusCode).toBe(304);
    expect(answer.body).toBe('');
    expect(answer.headers).toMatchObject({ etag: headers.etag, 'cache-control': 'no-cache' });
  });

  it('answers 200 to an older tag', async () => {
    expect((await get('/', { 'if-none-match': '"older"' })).statusCode).toBe(200);
  });

  it.each([
    '/page/../web-page.module.ts',
    '/page/..%2fweb-page.module.ts',
    '/page/%2e%2e%2fweb-page.module.ts',
    '/page/..%5cweb-page.module.ts',
    '/page/%2fetc%2fpasswd',
    '/page/constructor',
    '/page/',
    '/page',
    '/index.html',
  ])('has nothing at %s', async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  });

  it('is not in the description of the API', () => {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    expect(document.paths).toEqual({});
  });

  it('stops the boot at a file of a kind that it cannot name', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'web-page-'));
    await writeFile(join(directory, 'notes.txt'), '');
    await expect(PageFiles.read(directory)).rejects.toThrow('notes.txt');
    await rm(directory, { recursive: true });
  });
});
