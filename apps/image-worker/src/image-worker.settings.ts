import { Duration, IntegerBetween, Port, Text } from '@ekphrasis/configuration';

/** The image worker's own settings; the libraries it uses have theirs. */
export class ImageWorkerSettings {
  /** Pictures processed at the same time, each in a process of its own; 0 takes one a processor. Twice as many jobs are held, so that storage is read and written meanwhile. */
  @IntegerBetween(0, 256) IMAGE_PROCESSES = 0;

  /** Memory that each of these processes may allocate, in MiB; a picture that needs more is `picture-too-large`. */
  @IntegerBetween(256, 65_536) DECODER_MEMORY_MB = 2_048;

  /** User and group of these processes where the worker runs as root: `nobody`, or one that owns nothing. */
  @IntegerBetween(1, 2 ** 31 - 1) DECODER_UID = 65_534;

  /** Where health and metrics are served; 0 takes any free port and logs it. */
  @Port() HEALTH_PORT = 8082;

  /** The address it listens on. */
  @Text() HOST = '0.0.0.0';

  /** How long jobs in hand may take to finish after SIGTERM; the rest is left to other workers. */
  @Duration() SHUTDOWN_TIMEOUT_MS = 25_000;
}
