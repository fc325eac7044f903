import type { LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { createNestLogger } from '@ekphrasis/observability';
import { isTracing, startTracing } from '@ekphrasis/tracing';
import { traceRequests } from './http-server/trace-requests.js';

/** Whom a process answers. */
export interface ServiceServer {
  readonly adapter: FastifyAdapter;
  /** Resolves when the app listens. */
  listen(app: NestFastifyApplication): Promise<void>;
}

export interface ServiceOptions {
  /** The process's name, in every line of its log. */
  name: string;
  module: Type;
  server: ServiceServer;
  /** Milliseconds after SIGTERM in which it has ended by itself; then it is ended: a peer that froze must not keep it alive. */
  endsWithinMs: number;
  /** Provides what must be there before the module is made. @returns false where the process is to end, with the exit code that is set */
  prepare?: (logger: LoggerService) => Promise<boolean>;
}

/**
 * Runs a process of the product, until it is told to end. What its start fails with is the last line that it prints; the exit
 * code is 1 then.
 * @param describe reads the settings, which may be wrong
 */
export async function runService(describe: () => ServiceOptions): Promise<void> {
  try {
    await start(describe());
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

async function start({ name, module, server, endsWithinMs, prepare }: ServiceOptions): Promise<void> {
  const logger = createNestLogger(name);
  const sendLastSpans = await startTracing(name);
  if (prepare && !(await prepare(logger))) return;
  const app = await NestFactory.create<NestFastifyApplication>(module, server.adapter, { logger });
  app.enableShutdownHooks();
  app.getHttpAdapter().getInstance().addHook('onClose', sendLastSpans);
  if (isTracing()) traceRequests(app);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => setTimeout(() => process.exit(1), endsWithinMs).unref());
  }
  await server.listen(app);
  logger.log(`listens at ${await app.getUrl()}`);
}
