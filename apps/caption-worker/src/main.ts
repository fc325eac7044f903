import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createNestLogger } from '@ekphrasis/observability';
import { CaptionWorkerModule } from './caption-worker.module.js';
import { CaptionWorkerSettings } from './caption-worker.settings.js';
import { prepareModel } from './model/prepare-model.js';

/** What closing connections and sessions may take after the jobs have drained. */
const closingMs = 5_000;

async function start(): Promise<void> {
  const logger = createNestLogger('caption-worker');
  if (!(await prepareModel(logger))) return;
  const app = await NestFactory.create<NestFastifyApplication>(
    CaptionWorkerModule,
    new FastifyAdapter({ forceCloseConnections: true }),
    { logger },
  );
  const settings = app.get(CaptionWorkerSettings);
  app.enableShutdownHooks();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => setTimeout(() => process.exit(1), settings.SHUTDOWN_TIMEOUT_MS + closingMs).unref());
  }
  await app.listen(settings.HEALTH_PORT, settings.HOST);
  logger.log(`health and metrics at ${await app.getUrl()}`);
}

start().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
