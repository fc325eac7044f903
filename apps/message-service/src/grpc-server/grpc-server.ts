import { ServerCredentials, type Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Transport, type GrpcOptions } from '@nestjs/microservices';
import { HealthImplementation } from 'grpc-health-check';
import { readFileSync } from 'node:fs';
import { InvalidEnvironmentError } from '@ekphrasis/configuration';
import { packageDefinition } from '@ekphrasis/grpc';
import { ConnectionDraining } from '@ekphrasis/service';
import { MessageServiceSettings } from '../message-service.settings.js';
import { GrpcMetrics } from './grpc-metrics.js';

/** Of the time that a process has to end, so much may go to calls in hand. */
const shareOfCalls = 0.8;
const packages = ['message', 'ekphrasis.v1'];
const services = ['message.MessageService', 'ekphrasis.v1.Captioning'];

/** Bounds of one connection: a client that vanished is noticed within a minute, and none opens streams without end. */
const channelOptions = {
  'grpc.keepalive_time_ms': 40_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.max_concurrent_streams': 1_000,
};

/**
 * The gRPC server, with the standard health service and reflection.
 *
 * State machine: serving -> (SIGTERM) not serving, by its health; calls are answered for the grace -> closing (no new calls; those in hand go on)
 * -> (all are answered, or the time is up) closed
 */
@Injectable()
export class GrpcServer implements BeforeApplicationShutdown {
  private readonly health = new HealthImplementation({ '': 'SERVING' });
  private server?: Server;

  constructor(
    private readonly settings: MessageServiceSettings,
    private readonly metrics: GrpcMetrics,
    draining: ConnectionDraining,
  ) {
    for (const service of services) this.health.setStatus(service, 'SERVING');
    draining.begun.subscribe(() => {
      for (const service of ['', ...services]) this.health.setStatus(service, 'NOT_SERVING');
    });
  }

  /** Resolves when calls are answered. @throws Error where the port is taken */
  async listen(app: NestFastifyApplication): Promise<void> {
    app.connectMicroservice<GrpcOptions>({ transport: Transport.GRPC, options: this.options() });
    await app.startAllMicroservices();
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (!server) return;
    const { SHUTDOWN_GRACE_MS: grace, SHUTDOWN_TIMEOUT_MS: timeout } = this.settings;
    const timeUp = setTimeout(() => server.forceShutdown(), (timeout - grace) * shareOfCalls);
    await new Promise((resolve) => server.tryShutdown(resolve));
    clearTimeout(timeUp);
  }

  private options(): GrpcOptions['options'] {
    const { HOST, GRPC_PORT } = this.settings;
    return {
      url: `${HOST.includes(':') ? `[${HOST}]` : HOST}:${GRPC_PORT}`,
      package: packages,
      packageDefinition: packageDefinition(),
      credentials: this.credentials(),
      channelOptions: { ...channelOptions, interceptors: [this.metrics.interceptor] },
      onLoadPackageDefinition: (definition, server: Server) => {
        this.server = server;
        this.health.addToServer(server);
        new ReflectionService(definition as ConstructorParameters<typeof ReflectionService>[0]).addToServer(server);
      },
    };
  }

  private credentials(): ServerCredentials {
    const { GRPC_TLS_CERT: certificate, GRPC_TLS_KEY: key } = this.settings;
    if (certificate === undefined && key === undefined) return ServerCredentials.createInsecure();
    if (certificate === undefined || key === undefined) {
      throw new InvalidEnvironmentError([
        'Expected both GRPC_TLS_CERT and GRPC_TLS_KEY, or neither, but received one of them',
      ]);
    }
    return ServerCredentials.createSsl(null, [
      { cert_chain: readFileSync(certificate), private_key: readFileSync(key) },
    ]);
  }
}
