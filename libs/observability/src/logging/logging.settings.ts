import { Duration, OneOf } from '@ekphrasis/configuration';

/** What a process says of itself, on its standard output. */
export class LoggingSettings {
  /** The least important messages that are written: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
  @OneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) LOG_LEVEL = 'info';

  /** `json`, one object a line, or `text` for people. */
  @OneOf(['json', 'text']) LOG_FORMAT = 'json';

  /** Answers that took longer than this, in milliseconds, are logged as slow. Others are counted and not logged. */
  @Duration() LOG_SLOW_REQUEST_MS = 1_000;
}
