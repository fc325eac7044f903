import { Duration, IntegerBetween, OneOf, Port, Text } from '@ekphrasis/configuration';

/** Settings of the API over AMQP; the libraries it uses have theirs, and its tokens (`TokenSettings`). */
export class TaskRpcSettings {
  /** Requests handled at once. */
  @IntegerBetween(1, 1_000) RPC_REQUESTS_AT_ONCE = 64;

  /**
   * How long a request that failed for a passing reason waits in `api.requests.retry`. Clients that declare this queue must declare
   * it with the same time, and one that is there keeps its own until somebody deletes it.
   */
  @Duration() RPC_RETRY_DELAY_MS = 5_000;

  /** For how many hours a request that is sent again gets the answer it had; its id is free after that. */
  @IntegerBetween(1, 8_760) RPC_RETAIN_HOURS = 24;

  /** `on` lets requests ask for a failure (`data.simulate_temp_error`): for demonstrations. */
  @OneOf(['on', 'off']) DEMO_ERRORS: 'on' | 'off' = 'off';

  /** Where health and metrics are served; 0 takes any free port and logs it. */
  @Port() HEALTH_PORT = 8085;

  /** The address it listens on. */
  @Text() HOST = '0.0.0.0';

  /** How long requests in hand may take to finish after SIGTERM; the rest is left to other processes. */
  @Duration() SHUTDOWN_TIMEOUT_MS = 25_000;
}
