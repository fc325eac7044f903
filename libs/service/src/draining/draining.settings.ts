import { Duration } from '@ekphrasis/configuration';

/** How long a process with clients may take to end. */
export class DrainingSettings {
  /** How long it goes on answering after SIGTERM before it stops listening, so that clients and load balancers can leave. */
  @Duration(0) SHUTDOWN_GRACE_MS = 1_000;

  /** How long running requests and consumers may take to finish after SIGTERM, the grace included. */
  @Duration() SHUTDOWN_TIMEOUT_MS = 25_000;
}
