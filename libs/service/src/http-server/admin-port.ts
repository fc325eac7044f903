import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import { once } from 'node:events';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { isAdminRoute } from './admin-route.js';
import { isMonitoringRoute } from './monitoring-route.js';
import { answerClientError, answerConnect, answerExpectation } from './protocol-errors.js';

/**
 * A second port for the operator: the operator's calls, health and metrics are there and on the public port no more (404), and
 * nothing else is there. Its requests go through the same app as all others, which tells them by where they came in.
 */
export class AdminPort {
  private readonly requests = new WeakSet<IncomingMessage>();
  readonly server: Server;

  /**
   * To be made before the app listens, and to listen when the app is initialised.
   * @param options limits of its connections, the same as the public port's
   */
  constructor(
    private readonly app: NestFastifyApplication,
    options: ServerOptions,
  ) {
    const fastify = app.getHttpAdapter().getInstance();
    this.server = createServer(options, (request, response) => {
      this.requests.add(request);
      fastify.routing(request, response);
    });
    this.server.keepAliveTimeout = fastify.server.keepAliveTimeout;
    this.server.on('clientError', answerClientError).on('connect', answerConnect);
    this.server.on('checkExpectation', answerExpectation);
    fastify.addHook('onRequest', (request, _reply, done) => done(this.strayed(request)));
  }

  async listen(port: number, host: string): Promise<void> {
    await this.app.getHttpAdapter().getInstance().ready();
    this.server.listen(port, host);
    await once(this.server, 'listening');
  }

  /** A 404 for what came in by the other's port. */
  private strayed({ raw, routeOptions: { url = '', config } }: FastifyRequest): Error | undefined {
    const isOperators = isAdminRoute(config) || isMonitoringRoute(url);
    if (isOperators === this.requests.has(raw)) return undefined;
    return Object.assign(new Error(`Cannot ${raw.method} ${raw.url?.split('?')[0]}`), { statusCode: 404 });
  }
}
