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
    const imports = [noDatabase, AccessModule.forRoot({ ADMIN_TOKEN: operator, API_KEYS })];
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
});
