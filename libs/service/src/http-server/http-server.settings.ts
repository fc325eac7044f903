import { IsOptional } from 'class-validator';
import { Duration, Port, Text } from '@ekphrasis/configuration';

/** Where the API listens, and how long to one client. */
export class HttpServerSettings {
  /** Where it listens. */
  @Port() PORT = 8000;

  /** Where it listens for the operator, Prometheus and orchestrators. Not set: these are on PORT like all others. */
  @IsOptional() @Port() ADMIN_PORT?: number;

  /** The address it listens on. */
  @Text() HOST = '0.0.0.0';

  /** How long a request may take to arrive, with its body; its headers get an eighth of it. Default 2 minutes. */
  @Duration() REQUEST_TIMEOUT_MS = 120_000;
}
