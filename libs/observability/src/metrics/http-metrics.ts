import { Histogram, type Registry } from 'prom-client';
import type { ResponseObserver } from '../fastify-hooks.js';
import { DURATION_BUCKETS } from './duration-buckets.js';

/**
 * Counts and times answers, as OpenTelemetry's `http.server.request.duration`. The route is the pattern and never the path
 * that was asked for, so a client cannot make up new time series; what no route matches is `unmatched`.
 */
export function createHttpMetrics(registry: Registry): ResponseObserver {
  const histogram = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  return (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    histogram.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1000);
  };
}
