import { readEnvironment } from '@ekphrasis/configuration';
import { healthServer, runService } from '@ekphrasis/service';
import { CaptionWorkerModule } from './caption-worker.module.js';
import { CaptionWorkerSettings } from './caption-worker.settings.js';
import { prepareModel } from './model/prepare-model.js';

/** What closing connections and sessions may take after the jobs have drained. */
const closingMs = 5_000;

void runService(() => {
  const { HEALTH_PORT, HOST, SHUTDOWN_TIMEOUT_MS } = readEnvironment(CaptionWorkerSettings);
  return {
    name: 'caption-worker',
    module: CaptionWorkerModule,
    server: healthServer(HEALTH_PORT, HOST),
    endsWithinMs: SHUTDOWN_TIMEOUT_MS + closingMs,
    prepare: prepareModel,
  };
});
