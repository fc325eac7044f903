import { Controller, Get, Module, Post } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Database, DatabaseUnavailableError, ReadDatabase } from '@ekphrasis/persistence';
import { ProblemFilter } from '@ekphrasis/service';
import { AccessModule } from '../access.module.js';
import { AccessService } from '../access.service.js';
import { OperatorsOnly } from '../operator/operators-only.decorator.js';
import { CallingClient } from './calling-client.decorator.js';
import { ClientsOnly } from './clients-only.decorator.js';

const operator = 'of-the-operator';
const limit = 200;

@Controller()
class Calls {
  @Get(['optional', 'health/live', 'docs-json', 'page/page.js', 'docs', '/', 'metrics', 'documents'])
  optional(@CallingClient() client: string | undefined): object {
    return { client: client ?? null };
  }

  @Post('kept')
  @ClientsOnly()
  kept(@CallingClient() client: string): object {
    return { client };
  }

  @Post('operated')
  @OperatorsOnly()
  operated(): object {
    return {};
  }
}

/** Knows two keys, one of them after a while. */
const access = {
  clientOf: (key: string): string | undefined | Promise<string | undefined> => {
    if (key === 'away') return Promise.reject(new DatabaseUnavailableError(new Error('away')));
    if (key === 'key-b') return Promise.resolve('client-b');
    return key === 'key-a' ? 'client-a' : undefined;
  },
};

/** No database is asked. */
@Module({
  providers: [Database, ReadDatabase].map((provide) => ({ provide, useValue: {} })),
  exports: [Database, ReadDatabase],
})
class NoDatabase {}

/** Real: an app of Nest on Fastify. */
describe.each(['optional', 'required'] as const)('requests where keys are %s', (API_KEYS) => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const noDatabase = { module: NoDatabase, global: true };
    const imports = [noDatabase, AccessModule.forRoot({ ADMIN_TOKEN: operator, API_KEYS, REQUESTS_PER_MINUTE: limit })];
    const testing = await Test.createTestingModule({ imports, controllers: [Calls] })
      .overrideProvider(AccessService)
      .useValue(access)
      .compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ProblemFilter());
    await app.init();
  });
  afterAll(() => app.close());

  async function call(method: 'GET' | 'POST', url: string, authorization?: string) {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await app.inject({ method, url, headers });
    return { ...answer.json<{ client?: string; code?: string }>(), challenge: answer.headers['www-authenticate'] };
  }

  it.each([
    ['Bearer key-a', 'client-a'],
    ['bearer   key-b', 'client-b'],
  ])('with %s are those of its client', async (authorization, client) => {
    expect(await call('GET', '/optional', authorization)).toMatchObject({ client });
    expect(await call('POST', '/kept', authorization)).toMatchObject({ client });
  });

  it.each(['Bearer', 'Bearer key-a key-a', 'Bearer key-c', 'Bearer Key-a', `Bearer ${operator}x`])(
    'with %s are refused wherever a key is looked at',
    async (authorization) => {
      expect(await call('GET', '/health/live', authorization)).toMatchObject({ client: null });
      for (const [method, path] of [
        ['GET', '/optional'],
        ['POST', '/kept'],
        ['GET', '/nowhere'],
      ] as const) {
        expect(await call(method, path, authorization)).toMatchObject({ code: 'api-key-unknown', challenge: 'Bearer' });
      }
      expect(await call('POST', '/operated', authorization)).toMatchObject({ code: 'operator-unknown' });
    },
  );

  it.each([undefined, 'Basic a2V5LWE6'])('without a key (%s) reach what is open to all', async (authorization) => {
    for (const path of ['/health/live', '/docs', '/docs-json', '/', '/page/page.js']) {
      expect(await call('GET', path, authorization)).toMatchObject({ client: null });
    }
    for (const path of ['/optional', '/metrics', '/documents']) {
      const expected = API_KEYS === 'optional' ? { client: null } : { code: 'api-key-missing', challenge: 'Bearer' };
      expect(await call('GET', path, authorization)).toMatchObject(expected);
    }
    const refused = { code: 'api-key-missing', challenge: 'Bearer' };
    expect(await call('POST', '/kept', authorization)).toMatchObject(refused);
  });

  it('of the operator are nobody’s, and no client’s', async () => {
    expect(await call('GET', '/optional', `Bearer ${operator}`)).toMatchObject({ client: null });
    expect(await call('POST', '/kept', `Bearer ${operator}`)).toMatchObject({ code: 'api-key-missing' });
    expect(await call('POST', '/operated', `Bearer ${operator}`)).toEqual({ challenge: undefined });
  });

  it('are not refused for a key that nobody can look up now', async () => {
    expect(await call('GET', '/optional', 'Bearer away')).toMatchObject({
      code: 'database-unavailable',
      challenge: undefined,
    });
  });

  it('are counted by client and by address, told so, and refused beyond their number, but for health and the operator', async () => {
    const ask = (url: string, authorization?: string) =>
      app.inject({
        url,
        remoteAddress: '192.0.2.1',
        headers: authorization === undefined ? {} : { authorization },
      });
    const first = await ask('/optional', 'Bearer key-b');
    const remaining = Number(first.headers['ratelimit-remaining']);
    expect(first.headers).toMatchObject({
      'ratelimit-policy': `"requests";q=${limit};w=60`,
      ratelimit: expect.stringMatching(new RegExp(`^"requests";r=${remaining};t=\\d+$`)),
      'ratelimit-limit': String(limit),
    });
    for (let left = remaining - 1; left >= 0; left -= 1) {
      expect((await ask('/optional', 'Bearer key-b')).headers['ratelimit-remaining']).toBe(String(left));
    }
    const refused = await ask('/optional', 'Bearer key-b');
    expect(refused).toMatchObject({ statusCode: 429, headers: { 'ratelimit-remaining': '0' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('/docs', 'Bearer key-a')).headers['ratelimit-remaining']).toBe(String(limit - 1));

    for (let left = limit - 2; left >= 0; left -= 1) {
      expect((await ask('/optional', 'Bearer key-c')).headers['ratelimit-remaining']).toBe(String(left));
    }
    for (const url of ['/optional', '/docs', '/nowhere']) expect((await ask(url)).statusCode).toBe(429);
    expect((await ask('/optional', 'Bearer key-c')).statusCode).toBe(429);
    expect((await ask('/optional', 'Bearer key-a')).statusCode).toBe(200);
    for (const answer of [await ask('/health/live'), await ask('/optional', `Bearer ${operator}`)]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).not.toHaveProperty('ratelimit');
    }
  });
});
