import { Module, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { readEnvironment } from '@ekphrasis/configuration';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { CaptionWorkerSettings } from '../caption-worker.settings.js';
import { ModelModule } from './model.module.js';
import { ModelProvision } from './model-provision.js';
import { ModelSettings } from './model.settings.js';

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/** The worker as long as it has no model: health and metrics, and nothing that takes jobs. */
@Module({
  imports: [
    LoggingModule.forRoot('caption-worker'),
    MetricsModule.forRoot(),
    ModelModule,
    HealthModule.forRoot({
      imports: [ModelModule],
      inject: [ModelProvision],
      useFactory: (provision: ModelProvision) => [{ name: 'model', check: () => provision.check() }],
    }),
  ],
})
class ModelPreparationModule {}

/**
 * Waits until the bundle of MODEL is there, which may take the download of a gigabyte; meanwhile the worker is alive, not
 * ready, and says how far it is. Where MODEL is not set there is nothing to wait for.
 * @returns false where a signal told it to stop before; what has arrived is kept
 * @throws HubError, CheckpointError, BundleError
 */
export async function prepareModel(logger: LoggerService): Promise<boolean> {
  if (!readEnvironment(ModelSettings).MODEL) return true;
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  for (const signal of stopSignals) process.once(signal, stop);
  try {
    await fetchModel(logger, stopped.signal);
    return true;
  } catch (error) {
    if (stopped.signal.aborted) return false;
    throw error;
  } finally {
    for (const signal of stopSignals) process.off(signal, stop);
  }
}

async function fetchModel(logger: LoggerService, signal: AbortSignal): Promise<void> {
  const { HEALTH_PORT, HOST } = readEnvironment(CaptionWorkerSettings);
  const app = await NestFactory.create<NestFastifyApplication>(
    ModelPreparationModule,
    new FastifyAdapter({ forceCloseConnections: true }),
    { logger },
  );
  try {
    await app.listen(HEALTH_PORT, HOST);
    await app.get(ModelProvision).bundle(signal);
  } finally {
    await app.close();
  }
}
