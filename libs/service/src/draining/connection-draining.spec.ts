import type { HttpAdapterHost } from '@nestjs/core';
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { until } from '../../../../test/support/until.js';
import { ConnectionDraining } from './connection-draining.js';

/** Real: an HTTP server and its sockets. */
describe('ConnectionDraining', () => {
  let server: Server;
  let port: number;
  let held: ServerResponse[];
  let agent: Agent;
  let sockets: Socket[];

  beforeEach(async () => {
    held = [];
    sockets = [];
    agent = new Agent({ keepAlive: true });
    server = createServer((incoming, response) => {
      if (incoming.url === '/held') held.push(response);
      else response.end('answered');
    });
  });
  afterEach(async () => {
    agent.destroy();
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });

  async function open(graceMs: number, timeoutMs = 20_000): Promise<ConnectionDraining> {
    const draining = new ConnectionDraining(
      { httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost,
      {
        SHUTDOWN_GRACE_MS: graceMs,
        SHUTDOWN_TIMEOUT_MS: timeoutMs,
      },
    );
    draining.onModuleInit();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    return draining;
  }

  async function get(path = '/'): Promise<{ body: string; connection: string | undefined }> {
    const outgoing = request({ port, host: '127.0.0.1', path, agent });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { body: await text(response), connection: response.headers.connection };
  }

  const untilClosed = () => until('nobody can connect', () => !server.listening);

  it('is not ready at once, answers all through the grace with Connection: close, and refuses then', async () => {
    const draining = await open(300);
    await expect(draining.check()).resolves.toBeUndefined();
    expect(await get()).toEqual({ body: 'answered', connection: 'keep-alive' });
    const gone = draining.onModuleDestroy();
    await expect(draining.check()).rejects.toThrow('told to end');
    // on the connection that was kept, and on a new one
    for (let count = 0; count < 2; count += 1) {
      expect(await get()).toEqual({ body: 'answered', connection: 'close' });
    }
    await gone;
    await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('answers what was asked before it closed, and waits for that', async () => {
    const draining = await open(0);
    const answer = get('/held');
    await until('it was asked', () => held.length > 0);
    const gone = draining.onModuleDestroy();
    await untilClosed();
    held[0]?.end('late');
    expect((await answer).body).toBe('late');
    await gone;
  });

  it('is not held up by connections on which nobody asks', async () => {
    const draining = await open(0);
    const silent = connect(port, '127.0.0.1');
    sockets.push(silent);
    await once(silent, 'connect');
    const answer = get('/held');
    await until('it was asked', () => held.length > 0);
    const gone = draining.onModuleDestroy();
    await untilClosed();
    // its connection is kept: the answer began before anybody told it otherwise
    held[0]?.end('late');
    await answer;
    await gone;
  });

  it('leaves the clients of another server of the process in the same way', async () => {
    const draining = await open(0);
    const other = createServer((_, response) => held.push(response));
    draining.include(other);
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port: otherPort } = other.address() as AddressInfo;
    const answer = fetch(`http://127.0.0.1:${otherPort}/`);
    await until('it was asked', () => held.length > 0);
    const gone = draining.onModuleDestroy();
    await until('nobody can connect', () => !server.listening && !other.listening);
    held[0]?.end('late');
    expect(await (await answer).text()).toBe('late');
    await gone;
  });

  it('waits for no answer longer than its time', async () => {
    const draining = await open(0, 200);
    const failure = get('/held').catch((error: unknown) => error);
    await until('it was asked', () => held.length > 0);
    await draining.onModuleDestroy();
    expect(await failure).toMatchObject({ code: 'ECONNRESET' });
  });

  it('tells its beginning to those who ask later, too', async () => {
    const draining = await open(0);
    await draining.onModuleDestroy();
    const heard = jest.fn();
    draining.begun.subscribe(heard);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('does not wait where nobody listens yet', async () => {
    await new ConnectionDraining({ httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost, {
      SHUTDOWN_GRACE_MS: 1_000_000,
      SHUTDOWN_TIMEOUT_MS: 2_000_000,
    }).onModuleDestroy();
    expect(server.listening).toBe(false);
  });

  it('refuses a grace that does not fit into the time-out, by name', () => {
    const settings = { SHUTDOWN_GRACE_MS: 5_000, SHUTDOWN_TIMEOUT_MS: 5_000 };
    expect(() => new ConnectionDraining({} as HttpAdapterHost, settings)).toThrow(/SHUTDOWN_GRACE_MS/);
  });
});
