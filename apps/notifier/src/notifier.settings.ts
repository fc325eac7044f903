import { Duration, Port, Text } from '@ekphrasis/configuration';

/** The notifier's own settings; the libraries it uses have theirs. */
export class NotifierSettings {
  /** Where health and metrics are served; 0 takes any free port and logs it. */
  @Port() HEALTH_PORT = 8083;

  /** The address it listens on. */
  @Text() HOST = '0.0.0.0';

  /** How long messages in hand may take to finish after SIGTERM; the rest is left to other notifiers. */
  @Duration() SHUTDOWN_TIMEOUT_MS = 25_000;
}
