import { CommaList, Duration, IntegerBetween, Setting, Text } from '@ekphrasis/configuration';
import { isNetwork } from '@ekphrasis/fetching';

const longestRetrySeconds = 30 * 86_400;

/** How clients are told. */
export class WebhookSettings {
  /**
   * Seconds until a failed delivery is tried again, after its first attempt, its second and so on, between commas: N values make N + 1
   * attempts. Default: 5 s, 5 min, 30 min, 2, 5, 10, 14, 20, 24 h.
   */
  @Setting<readonly number[]>({
    expected: `numbers of seconds from 0 to ${longestRetrySeconds} between commas`,
    parse: readNumbers,
    accepts: (all) => all.every((seconds) => seconds >= 0 && seconds <= longestRetrySeconds),
  })
  WEBHOOK_RETRY_SECONDS: readonly number[] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

  /** Within how many milliseconds a receiver has to answer. */
  @Duration(100, 600_000) WEBHOOK_TIMEOUT_MS = 15_000;

  /**
   * Attempts that one notifier makes at a time, to all receivers together; four times as many more may wait longer than a second for
   * their answers.
   */
  @IntegerBetween(8, 20_000) WEBHOOK_CONCURRENCY = 1_024;

  /**
   * Networks whose addresses are told although they are not on the public internet, e.g. `127.0.0.0/8,10.0.0.0/8`. For local use and
   * tests only: whoever may make a webhook can then have the notifier call servers in those networks.
   */
  @CommaList('a comma-separated list of networks such as 10.0.0.0/8', isNetwork)
  WEBHOOK_ALLOWED_NETWORKS: readonly string[] = [];

  /** What we call ourselves to receivers. */
  @Text() WEBHOOK_USER_AGENT = 'Ekphrasis/0.1 (webhooks)';
}

function readNumbers(text: string): number[] | undefined {
  const words = text.split(',').map((word) => word.trim());
  return words.every((word) => /^\d+(\.\d+)?$/.test(word)) ? words.map(Number) : undefined;
}
