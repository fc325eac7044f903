import { ServerInterceptingCall, status, type ServerInterceptor } from '@grpc/grpc-js';
import { Injectable } from '@nestjs/common';
import { Registry } from '@ekphrasis/observability';
import { isTracing, SpanKind, tracedSince, withTraceparent } from '@ekphrasis/tracing';
import { Histogram } from 'prom-client';

/**
 * Counts, times and traces calls, as OpenTelemetry's `rpc.server.call.duration`. Methods are those of the services, so a client cannot make up
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
    const since = Date.now();
    const method = path.slice(1);
    let traceparent: unknown;
    return new ServerInterceptingCall(call, {
      ...(isTracing() && {
        start: (next) => {
          next({ onReceiveMetadata: (metadata, go) => (([traceparent] = metadata.get('traceparent')), go(metadata)) });
        },
      }),
      sendStatus: (sent, next) => {
        const seconds = (performance.now() - startedAt) / 1000;
        const code = status[sent.code ?? status.UNKNOWN];
        this.durations.labels(method, code).observe(seconds);
        const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': method, 'rpc.response.status_code': code };
        withTraceparent(traceparent, () => tracedSince(method, since, { kind: SpanKind.SERVER, attributes }));
        next(sent);
      },
    });
  };
}
