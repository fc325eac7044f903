import { ServerInterceptingCall, status, type ServerInterceptor } from '@grpc/grpc-js';
import { Injectable } from '@nestjs/common';
import { Registry } from '@ekphrasis/observability';
import { Histogram } from 'prom-client';

/**
 * Counts and times calls, as OpenTelemetry's `rpc.server.call.duration`. Methods are those of the services, so a client cannot make up
 * new time series.
 */
@Injectable()
export class GrpcMetrics {
  private readonly durations: Histogram<'rpc_method' | 'rpc_response_status_code'>;

  constructor(registry: Registry) {
    this.durations = new Histogram({
      name: 'rpc_server_call_duration_seconds',
      help: 'Time from a call to its status',
      labelNames: ['rpc_method', 'rpc_response_status_code'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    });
  }

  readonly interceptor: ServerInterceptor = ({ path }, call) => {
    const startedAt = performance.now();
    return new ServerInterceptingCall(call, {
      sendStatus: (sent, next) => {
        const seconds = (performance.now() - startedAt) / 1000;
        this.durations.labels(path.slice(1), status[sent.code ?? status.UNKNOWN]).observe(seconds);
        next(sent);
      },
    });
  };
}
