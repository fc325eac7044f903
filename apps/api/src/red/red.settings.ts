import { IntegerBetween } from '@ekphrasis/configuration';

/** How the API measures pictures. */
export class RedSettings {
  /** Pictures measured at the same time, each in a process of its own; 0 takes one a processor. */
  @IntegerBetween(0, 256) MEASURING_PROCESSES = 0;

  /** Memory that each of these processes may allocate, in MiB; a picture that needs more cannot be read. */
  @IntegerBetween(256, 65_536) DECODER_MEMORY_MB = 2_048;

  /** User and group of these processes where the API runs as root: `nobody`, or one that owns nothing. */
  @IntegerBetween(1, 2 ** 31 - 1) DECODER_UID = 65_534;
}
