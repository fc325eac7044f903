import { Controller, Get, Post } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { guardServer, pageHeaders, ProblemFilter } from '@ekphrasis/service';
import { serveApiDocumentation } from './api-documentation.js';
import { imageSources, WebPageModule } from './web-page/web-page.module.js';

@Controller('images')
class Images {
  changes = 0;

  @Get()
  list(): object {
    return { image_ids: [] };
  }

  @Post()
  add(): object {
    this.changes += 1;
    return { image_id: 1 };
  }
}

describe('what browsers may do with the API', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const testing = await Test.createTestingModule({ imports: [WebPageModule], controllers: [Images] }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ProblemFilter());
    guardServer(app);
    serveApiDocumentation(app);
    await app.init();
  });
  afterAll(() => app.close());

  const ask = (method: 'GET' | 'POST', url: string, headers: Record<string, string> = {}) =>
    app.inject({ method, url, headers: { host: 'captions.example:8000', ...headers } });

  it.each(['/images', '/nothing-here', '/docs-json'])('%s may be made nothing of but data', async (path) => {
    expect((await ask('GET', path)).headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
  });

  it('the page keeps its own policy', async () => {
    expect((await ask('GET', '/')).headers).toMatchObject(pageHeaders(imageSources));
  });

  it('the documentation may load what it brings, and nothing else', async () => {
    const { body, headers } = await ask('GET', '/docs');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    const scripts = [...body.matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, text] of scripts) {
      expect(attributes).toMatch(/\bsrc="\.?\//);
      expect(text?.trim()).toBe('');
    }
    expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it.each([
    ['another client than a browser', {}],
    ['the page itself', { 'sec-fetch-site': 'same-origin', origin: 'http://captions.example:8000' }],
    [
      'the page behind a proxy with another name',
      { 'sec-fetch-site': 'same-origin', origin: 'https://public.example' },
    ],
    ['a person', { 'sec-fetch-site': 'none' }],
    ['the page in an older browser', { origin: 'http://Captions.example:8000' }],
  ])('a POST of %s is accepted', async (_, headers: Record<string, string>) => {
    expect((await ask('POST', '/images', headers)).statusCode).toBe(201);
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'http://captions.example:8000' }],
    ['a sibling of the site', { 'sec-fetch-site': 'same-site' }],
    ['another site in an older browser', { origin: 'https://evil.example' }],
    ['another port in an older browser', { origin: 'http://captions.example:9000' }],
    ['a page without an origin', { origin: 'null' }],
  ])('a POST of %s is refused, and changes nothing', async (_, headers: Record<string, string>) => {
    const { changes } = app.get(Images);
    const answer = await ask('POST', '/images', headers);
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ status: 403, code: 'http-403' });
    expect(app.get(Images).changes).toBe(changes);
  });

  it('a GET of another site is answered: its page cannot read it', async () => {
    const { statusCode, headers } = await ask('GET', '/images', { 'sec-fetch-site': 'cross-site' });
    expect(statusCode).toBe(200);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});
