import { context, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { withTraceparent } from './traceparent.js';

const tracer = trace.getTracer('ekphrasis');

/**
 * The span of one request to a server of ours.
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
 */
export class RequestSpan {
  private readonly span: Span;

  /**
   * @param route its pattern, such as `/images/:image_id`
   * @param traceparent the trace that it comes with
   */
  constructor(method: string, route: string, traceparent: unknown) {
    const attributes = { 'http.request.method': method, 'http.route': route };
    this.span = withTraceparent(traceparent, () =>
      tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }),
    );
  }

  /** Calls `run` with the span as the active one. */
  run(run: () => void): void {
    context.with(trace.setSpan(context.active(), this.span), run);
  }

  end(status: number): void {
    this.span.setAttribute('http.response.status_code', status);
    if (status >= 500) this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }
}
