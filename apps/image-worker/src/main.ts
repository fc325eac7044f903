import { readEnvironment } from '@ekphrasis/configuration';
import { healthServer, runService } from '@ekphrasis/service';
import { ImageWorkerModule } from './image-worker.module.js';
import { ImageWorkerSettings } from './image-worker.settings.js';

/** What closing connections may take after the jobs have drained. */
const closingMs = 5_000;

void runService(() => {
  const { HEALTH_PORT, HOST, SHUTDOWN_TIMEOUT_MS } = readEnvironment(ImageWorkerSettings);
  return {
    name: 'image-worker',
    module: ImageWorkerModule,
    server: healthServer(HEALTH_PORT, HOST),
    endsWithinMs: SHUTDOWN_TIMEOUT_MS + closingMs,
  };
});
