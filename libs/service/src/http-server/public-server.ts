import type { ServerOptions } from 'node:http';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConnectionDraining } from '../draining/connection-draining.js';
import type { ServiceServer } from '../run-service.js';
import { AdminPort } from './admin-port.js';
import { guardServer, serverOptions } from './http-server.js';
import type { HttpServerSettings } from './http-server.settings.js';

export interface PublicServerOptions {
  settings: HttpServerSettings;
  /** Gives paths that clients use another one; by default they stay as they are. */
  rewritePath?: (path: string) => string;
  /** Adds what the app needs of its server, before it listens. */
  extend?: (app: NestFastifyApplication) => unknown;
}

/** A server among strangers, with a second port for the operator where ADMIN_PORT is set. The module needs `ConnectionDraining`. */
export function publicServer({ settings, rewritePath, extend }: PublicServerOptions): ServiceServer {
  const { PORT, ADMIN_PORT, HOST, REQUEST_TIMEOUT_MS, TRUST_PROXY = [] } = settings;
  const options = serverOptions(REQUEST_TIMEOUT_MS);
  return {
    adapter: new FastifyAdapter({
      ...options,
      // what keeps an idle connection open must not keep the process from ending
      forceCloseConnections: 'idle',
      // whoever was let in is answered
      return503OnClosing: false,
      ...(TRUST_PROXY.length > 0 && { trustProxy: [...TRUST_PROXY] }),
      ...(rewritePath && { rewriteUrl: ({ url = '/' }) => rewritePath(url) }),
    }),
    async listen(app) {
      guardServer(app);
      await extend?.(app);
      if (ADMIN_PORT !== undefined) await openAdminPort(app, options.http, ADMIN_PORT, HOST);
      await app.listen(PORT, HOST);
    },
  };
}

async function openAdminPort(app: NestFastifyApplication, options: ServerOptions, port: number, host: string) {
  const adminPort = new AdminPort(app, options);
  app.get(ConnectionDraining).include(adminPort.server);
  await app.init();
  await adminPort.listen(port, host);
}
