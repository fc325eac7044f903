import { Duration, IntegerBetween, Port, Text } from '@ekphrasis/configuration';

/** The caption worker's own settings; the libraries it uses have theirs. */
export class CaptionWorkerSettings {
  /** Pictures captioned together at most. Twice as many jobs are held, so that some are fetched meanwhile. */
  @IntegerBetween(1, 64) CAPTION_BATCH_SIZE = 8;

  /** How long a picture may wait for others to be captioned with. */
  @Duration(0) CAPTION_BATCH_WAIT_MS = 5;

  /**
   * Threads that caption; 0 takes one a processor. Each has a batch and a copy of the weights of its own as long as all copies
   * fit into a third of the memory; of a model too large for that, several share one.
   */
  @IntegerBetween(0, 256) CAPTION_THREADS = 0;

  /** Memory that each process that decodes pictures may allocate, in MiB; a picture that needs more is `picture-too-large`. */
  @IntegerBetween(256, 65_536) DECODER_MEMORY_MB = 2_048;

  /** User and group of these processes where the worker runs as root: `nobody`, or one that owns nothing. */
  @IntegerBetween(1, 2 ** 31 - 1) DECODER_UID = 65_534;

  /** Where health and metrics are served; 0 takes any free port and logs it. */
  @Port() HEALTH_PORT = 8081;

  /** The address it listens on. */
  @Text() HOST = '0.0.0.0';

  /** How long jobs in hand may take to finish after SIGTERM; the rest is left to other workers. */
  @Duration() SHUTDOWN_TIMEOUT_MS = 25_000;
}
