import { readEnvironment } from '@ekphrasis/configuration';
import { healthServer, runService } from '@ekphrasis/service';
import { NotifierModule } from './notifier.module.js';
import { NotifierSettings } from './notifier.settings.js';

/** What closing connections may take after the messages in hand have drained. */
const closingMs = 5_000;

void runService(() => {
  const { HEALTH_PORT, HOST, SHUTDOWN_TIMEOUT_MS } = readEnvironment(NotifierSettings);
  return {
    name: 'notifier',
    module: NotifierModule,
    server: healthServer(HEALTH_PORT, HOST),
    endsWithinMs: SHUTDOWN_TIMEOUT_MS + closingMs,
  };
});
