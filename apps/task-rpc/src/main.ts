import { readEnvironment } from '@ekphrasis/configuration';
import { healthServer, runService } from '@ekphrasis/service';
import { TaskRpcModule } from './task-rpc.module.js';
import { TaskRpcSettings } from './task-rpc.settings.js';

/** What closing connections and sessions may take after the requests have drained. */
const closingMs = 5_000;

void runService(() => {
  const { HEALTH_PORT, HOST, SHUTDOWN_TIMEOUT_MS } = readEnvironment(TaskRpcSettings);
  return {
    name: 'task-rpc',
    module: TaskRpcModule,
    server: healthServer(HEALTH_PORT, HOST),
    endsWithinMs: SHUTDOWN_TIMEOUT_MS + closingMs,
  };
});
