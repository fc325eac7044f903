import { IsOptional } from 'class-validator';
import { Duration, IntegerBetween, Port, Text } from '@ekphrasis/configuration';
import { DrainingSettings } from '@ekphrasis/service';

/** The message service's own settings; the libraries it uses have theirs. */
export class MessageServiceSettings extends DrainingSettings {
  /** Where gRPC is served. */
  @Port() GRPC_PORT = 50_051;

  /** Where the page is, with what it asks for, health and metrics. */
  @Port() PAGE_PORT = 8080;

  /** The address that both listen on. */
  @Text() HOST = '0.0.0.0';

  /** A file with the certificate chain (PEM) of the gRPC service. With it, and with `GRPC_TLS_KEY`, connections are encrypted. */
  @IsOptional() @Text() GRPC_TLS_CERT?: string;

  /** A file with the certificate's private key (PEM). */
  @IsOptional() @Text() GRPC_TLS_KEY?: string;

  /** Largest uploaded picture, in bytes. */
  @IntegerBetween(1, 1_000_000_000) UPLOAD_MAX_BYTES = 20 * 1024 * 1024;

  /** How long a picture may take to come, as every request over HTTP. */
  @Duration() REQUEST_TIMEOUT_MS = 120_000;

  /** Streams of `Watch` that may be open at once. */
  @IntegerBetween(1, 100_000) EVENT_STREAMS_MAX = 1_000;
}
