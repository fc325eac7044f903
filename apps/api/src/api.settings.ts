import { Duration, IntegerBetween } from '@ekphrasis/configuration';
import { DrainingSettings } from '@ekphrasis/service';

/** The API's own settings; the libraries it uses have theirs. */
export class ApiSettings extends DrainingSettings {
  /** Largest uploaded picture, in bytes. */
  @IntegerBetween(1, 1_000_000_000) UPLOAD_MAX_BYTES = 20 * 1024 * 1024;

  /** Event streams (`GET /images/events`) that may be open at once. */
  @IntegerBetween(1, 100_000) EVENT_STREAMS_MAX = 1_000;

  /**
   * After how long without news a job counts as lost and is sent again: longer than all its attempts and the pauses between
   * them may take. Time that it waits behind others in a queue does not count.
   */
  @Duration(1_000) LOST_JOB_AFTER_MS = 300_000;

  /** Images are removed so many days after they were described or failed; 0 keeps them. */
  @IntegerBetween(0, 36_500) RETAIN_DAYS = 0;

  /** Uploaded pictures of failed images are kept so many days for a retry; 0 keeps them as long as their images. */
  @IntegerBetween(0, 36_500) FAILED_UPLOAD_DAYS = 30;

  /** Processing jobs are removed so many days after they ended, with originals and results; 0 keeps them. */
  @IntegerBetween(0, 36_500) PROCESSING_RETAIN_DAYS = 0;

  /**
   * Measurements are removed with their pictures so many days after they were taken; 0 keeps them. They count in statistics for ever,
   * to the minute.
   */
  @IntegerBetween(0, 36_500) MEASUREMENT_RETAIN_DAYS = 0;

  /** What webhooks were told, and what became of it, is kept so many days. */
  @IntegerBetween(4, 36_500) WEBHOOK_RETAIN_DAYS = 30;

  /** Uploaded pictures of described images are kept so many days, to be described anew; 0 keeps them as long as their images. */
  @IntegerBetween(0, 36_500) DESCRIBED_UPLOAD_DAYS = 30;
}
