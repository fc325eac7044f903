import { Duration, IntegerBetween, Port, Text } from '@ekphrasis/configuration';

/** The API's own settings; the libraries it uses have theirs. */
export class ApiSettings {
  /** Where it listens. */
  @Port() PORT = 8000;

  /** The address it listens on. */
  @Text() HOST = '0.0.0.0';

  /** Largest uploaded picture, in bytes. */
  @IntegerBetween(1, 1_000_000_000) UPLOAD_MAX_BYTES = 20 * 1024 * 1024;

  /** How long running requests and consumers may take to finish after SIGTERM. */
  @Duration() SHUTDOWN_TIMEOUT_MS = 25_000;
}
