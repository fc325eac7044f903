import { Duration, Port, Text } from '@ekphrasis/configuration';

/** The task consumer's own settings; the libraries it uses have theirs. */
export class TaskConsumerSettings {
  /** Where health and metrics are served; 0 takes any free port and logs it. */
  @Port() HEALTH_PORT = 8086;

  /** The address it listens on. */
  @Text() HOST = '0.0.0.0';

  /** How long the message in hand may take to finish after SIGTERM; then it is left to another consumer. */
  @Duration() SHUTDOWN_TIMEOUT_MS = 25_000;
}
