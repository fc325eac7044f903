import {
  Controller,
  Get,
  HttpCode,
  Post,
  UnauthorizedException,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import { FastifyAdapter, RouteConfig, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import { sendRaw } from '../../../../test/support/raw-request.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { AdminPort } from './admin-port.js';
import { adminRoute } from './admin-route.js';
import { guardServer, serverOptions } from './http-server.js';

const token = 'of-the-operator';

function refuseStrangers(context: ExecutionContext): true {
  const { headers } = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
  if (headers.authorization !== `Bearer ${token}`) throw new UnauthorizedException();
  return true;
}

@Controller()
class Calls {
  @Get(['metrics', 'health/live', 'images', 'healthy'])
  read(): string {
    return 'read';
  }

  @Post('images')
  @HttpCode(200)
  add(): string {
    return 'added';
  }

  @Post('images/retry')
  @HttpCode(200)
  @UseGuards({ canActivate: refuseStrangers })
  @RouteConfig(adminRoute)
  retry(): string {
    return 'changed';
  }
}

/** Real: an app of Nest on Fastify, and its two ports. */
describe('AdminPort', () => {
  let app: NestFastifyApplication;
  let adminPort: AdminPort;
  let publicUrl: string;
  let adminUrl: string;

  beforeAll(async () => {
    const testing = await Test.createTestingModule({ controllers: [Calls] }).compile();
    const options = serverOptions(800);
    const rewriteUrl = ({ url = '/' }) => url.replace(/^\/api\/v1\.0/, '');
    const adapter = new FastifyAdapter({ ...options, rewriteUrl, forceCloseConnections: true });
    app = testing.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
    app.useGlobalFilters(new ProblemFilter());
    guardServer(app);
    adminPort = new AdminPort(app, options.http);
    await app.init();
    await adminPort.listen(0, '127.0.0.1');
    await app.listen(0, '127.0.0.1');
    adminUrl = `http://127.0.0.1:${(adminPort.server.address() as AddressInfo).port}`;
    publicUrl = await app.getUrl();
  });
  afterAll(async () => {
    adminPort.server.closeAllConnections();
    adminPort.server.close();
    await app.close();
  });

  const ask = (url: string, method: string, path: string) =>
    fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });

  it.each([
    ['GET', '/metrics'],
    ['GET', '/metrics?format=json'],
    ['HEAD', '/metrics'],
    ['GET', '/health/live'],
    ['POST', '/images/retry'],
    ['POST', '/api/v1.0/images/retry'],
  ])('serves %s %s, which is not found on the public port', async (method, path) => {
    expect((await ask(adminUrl, method, path)).status).toBe(200);
    expect((await ask(publicUrl, method, path)).status).toBe(404);
  });

  it.each([
    ['GET', '/images'],
    ['POST', '/images'],
    ['GET', '/healthy'],
    ['GET', '/api/v1.0/images'],
  ])('does not find %s %s, which the public port serves', async (method, path) => {
    expect((await ask(adminUrl, method, path)).status).toBe(404);
    expect((await ask(publicUrl, method, path)).status).toBe(200);
  });

  it('says of what is on the other port no more than of what there is not', async () => {
    const answers = [await ask(publicUrl, 'GET', '/metrics'), await ask(publicUrl, 'GET', '/nowhere')];
    const [hidden, unknown] = await Promise.all(answers.map((answer) => answer.text()));
    expect(hidden).toBe(unknown!.replace('/nowhere', '/metrics'));
    const [ofHidden, ofUnknown] = answers.map(({ headers }) => [...headers.keys()].sort());
    expect(ofHidden).toEqual(ofUnknown);
  });

  it('does not find the operator’s calls on the public port without a token either', async () => {
    expect((await fetch(`${publicUrl}/images/retry`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${adminUrl}/images/retry`, { method: 'POST' })).status).toBe(401);
  });

  it.each([
    ['what is no HTTP', 'nonsense\r\n\r\n', 400],
    ['half a request that goes no further', 'GET /metrics HTTP/1.1\r\nhost: a', 408],
    ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n', 405],
  ])('answers %s as the public port does', async (_, bytes, status) => {
    expect(await sendRaw(adminUrl, bytes)).toMatchObject({
      status,
      contentType: expect.stringMatching(/^application\/problem\+json/),
    });
  });
});
