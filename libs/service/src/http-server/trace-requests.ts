import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RequestSpan } from '@ekphrasis/tracing';
import { isMonitoringRoute } from './monitoring-route.js';

/** Has each request be a span: a part of the trace that it comes with, or the first one of a trace of its own. To be called before the app listens. */
export function traceRequests(app: NestFastifyApplication): void {
  const spans = new WeakMap<object, RequestSpan>();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { url: route = 'unknown' } = request.routeOptions;
    if (isMonitoringRoute(route)) return done();
    const span = new RequestSpan(request.method, route, request.headers.traceparent);
    spans.set(request, span);
    span.run(done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    spans.get(request)?.end(reply.statusCode);
    done();
  });
}
