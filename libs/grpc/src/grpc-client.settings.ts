import { IsOptional } from 'class-validator';
import { Duration, Setting, Text } from '@ekphrasis/configuration';

/** How a client reaches the gRPC service. */
export class GrpcClientSettings {
  /** Where it is: `host:port`, or a name with one of gRPC's schemes, such as `dns:///grpc.example:50051`. */
  @Setting<string>({
    expected: 'a host and a port, such as 127.0.0.1:50051',
    parse: (text) => text,
    accepts: (target) => /^\S+$/.test(target) && !/^https?:/.test(target),
  })
  GRPC_TARGET = '127.0.0.1:50051';

  /** A file with the certificates (PEM) of who may vouch for it. Not set: the connection is not encrypted. */
  @IsOptional() @Text() GRPC_TLS_CA?: string;

  /** Sent as `authorization: Bearer …`, where the service asks for keys. */
  @IsOptional() @Text() GRPC_API_KEY?: string;

  /** How long one call may take. */
  @Duration(100) GRPC_TIMEOUT_MS = 5_000;
}
