import { Controller, Post } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { InvalidEnvironmentError, readEnvironment } from '@ekphrasis/configuration';
import { AccessSettings } from '../access.settings.js';
import { OperatorGuard } from './operator.guard.js';
import { OperatorModule } from './operator.module.js';
import { OperatorToken } from './operator-token.js';
import { OperatorsOnly } from './operators-only.decorator.js';

const token = 'tR4x-9_~.+/==';

@Controller('queues')
class Queues {
  changes = 0;

  @Post()
  @OperatorsOnly()
  change(): object {
    this.changes += 1;
    return {};
  }
}

/** Asked by `authorization`; answers with the code of what was thrown, as the app's filter would. */
function ask(settings: Pick<AccessSettings, 'ADMIN_TOKEN'>, authorization: string | undefined) {
  const headers = new Map<string, string>();
  const http = {
    getRequest: () => ({ headers: { authorization } }),
    getResponse: () => ({ header: (name: string, value: string) => headers.set(name, value) }),
  };
  try {
    new OperatorGuard(new OperatorToken(settings as AccessSettings)).canActivate({ switchToHttp: () => http } as never);
    return { passed: true, headers };
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message, headers };
  }
}

describe('a call that is kept to the operator', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const imports = [OperatorModule.forRoot({ ADMIN_TOKEN: token })];
    const testing = await Test.createTestingModule({ imports, controllers: [Queues] }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    await app.init();
  });
  afterAll(() => app.close());

  it('is made by who has the token, and by nobody else', async () => {
    const call = (authorization: string) => app.inject({ method: 'POST', url: '/queues', headers: { authorization } });
    expect((await call(`Bearer ${token}`)).statusCode).toBe(201);
    expect((await call('Bearer another')).statusCode).not.toBe(201);
    expect(app.get(Queues).changes).toBe(1);
  });

  it.each([`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token}`])('takes %s', (authorization) => {
    expect(ask({ ADMIN_TOKEN: token }, authorization)).toMatchObject({ passed: true });
  });

  it.each([
    [undefined, 'none'],
    ['', 'none'],
    ['Bearer', 'none'],
    ['Bearer ', 'none'],
    [token, 'none'],
    [`Basic ${token}`, 'none'],
    [`Bearer ${token} ${token}`, 'none'],
    [`Bearer ${token}x`, 'another'],
    [`Bearer ${token.slice(0, -1)}`, 'another'],
    [`Bearer ${token.toLowerCase()}`, 'another'],
    [`Bearer ${'x'.repeat(10_000)}`, 'another'],
  ])('is refused with %.40s, and says how to authenticate', (authorization, received) => {
    const { code, message, headers } = ask({ ADMIN_TOKEN: token }, authorization);
    expect(code).toBe('operator-unknown');
    expect(message).toContain(`received ${received}`);
    expect(message).not.toContain(token);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each([undefined, 'Bearer ', 'Bearer undefined', `Bearer ${token}`])(
    'is refused to everybody while there is no token: %s',
    (authorization) => {
      const { code, message } = ask({}, authorization);
      expect(code).toBe('operator-token-unset');
      expect(message).toContain('ADMIN_TOKEN');
    },
  );
});

describe('ADMIN_TOKEN', () => {
  it('is none where it is blank', () => {
    expect(readEnvironment(AccessSettings, { ADMIN_TOKEN: ' ' }).ADMIN_TOKEN).toBeUndefined();
  });

  it.each(['two words', 'schlüssel', 'a\tb'])('that no header can carry stops the boot, unshown: %s', (value) => {
    const read = (): unknown => readEnvironment(AccessSettings, { ADMIN_TOKEN: value });
    expect(read).toThrow(InvalidEnvironmentError);
    expect(read).toThrow(/visible ASCII characters without blanks for ADMIN_TOKEN but received a value that is kept/);
  });
});
