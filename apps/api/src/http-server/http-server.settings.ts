import { Duration } from '@ekphrasis/configuration';

/** How long the API listens to one client. */
export class HttpServerSettings {
  /** How long a request may take to arrive, with its body; its headers get an eighth of it. Default 2 minutes. */
  @Duration() REQUEST_TIMEOUT_MS = 120_000;
}
