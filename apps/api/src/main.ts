import type { ServerOptions } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import multipart from '@fastify/multipart';
import { readEnvironment } from '@ekphrasis/configuration';
import { createNestLogger } from '@ekphrasis/observability';
import { AppModule } from './app.module.js';
import { ApiSettings } from './api.settings.js';
import { serveApiDocumentation } from './api-documentation.js';
import { AdminPort } from './http-server/admin-port.js';
import { guardServer, serverOptions } from './http-server/http-server.js';
import { HttpServerSettings } from './http-server/http-server.settings.js';
import { ConnectionDraining } from './shutdown/connection-draining.js';

/** Where clients of the course that asked for this service look for the same three calls. */
const coursePrefix = '/api/v1.0/images';

async function start(): Promise<void> {
  const { PORT, ADMIN_PORT, HOST, REQUEST_TIMEOUT_MS } = readEnvironment(HttpServerSettings);
  const options = serverOptions(REQUEST_TIMEOUT_MS);
  const adapter = new FastifyAdapter({
    ...options,
    // what keeps an idle connection open must not keep the process from ending
    forceCloseConnections: 'idle',
    // whoever was let in is answered
    return503OnClosing: false,
    rewriteUrl: ({ url = '/' }) => (url.startsWith(coursePrefix) ? url.slice('/api/v1.0'.length) : url),
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, { logger: createNestLogger('api') });
  const settings = app.get(ApiSettings);
  await app.register(multipart, { limits: { fileSize: settings.UPLOAD_MAX_BYTES, files: 1, fields: 10, parts: 11 } });
  guardServer(app);
  serveApiDocumentation(app);
  app.enableShutdownHooks();
  endAfter(settings.SHUTDOWN_TIMEOUT_MS);
  if (ADMIN_PORT !== undefined) await openAdminPort(app, options.http, ADMIN_PORT, HOST);
  await app.listen(PORT, HOST);
}

async function openAdminPort(app: NestFastifyApplication, options: ServerOptions, port: number, host: string) {
  const adminPort = new AdminPort(app, options);
  app.get(ConnectionDraining).include(adminPort.server);
  await app.init();
  await adminPort.listen(port, host);
}

/** A peer that froze must not keep the process alive after SIGTERM. */
function endAfter(timeoutMs: number): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => setTimeout(() => process.exit(1), timeoutMs).unref());
  }
}

start().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
