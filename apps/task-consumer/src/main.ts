import { readEnvironment } from '@ekphrasis/configuration';
import { healthServer, runService } from '@ekphrasis/service';
import { TaskConsumerModule } from './task-consumer.module.js';
import { TaskConsumerSettings } from './task-consumer.settings.js';

/** What closing connections may take after the message in hand is done. */
const closingMs = 5_000;

void runService(() => {
  const { HEALTH_PORT, HOST, SHUTDOWN_TIMEOUT_MS } = readEnvironment(TaskConsumerSettings);
  return {
    name: 'task-consumer',
    module: TaskConsumerModule,
    server: healthServer(HEALTH_PORT, HOST),
    endsWithinMs: SHUTDOWN_TIMEOUT_MS + closingMs,
  };
});
