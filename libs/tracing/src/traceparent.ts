import { context, isSpanContextValid, propagation, ROOT_CONTEXT, trace, type Link } from '@opentelemetry/api';
import { tracing } from './tracing-state.js';

/** The W3C trace context of the span that is active, for a message or a row; undefined where nothing is traced. */
export function currentTraceparent(): string | undefined {
  if (!tracing.isOn) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** Calls `run` as a part of the trace that a message or a request came with, or of none where it came with none. */
export function withTraceparent<Result>(traceparent: unknown, run: () => Result): Result {
  return tracing.isOn ? context.with(contextOf(traceparent), run) : run();
}

/** For a span about many messages at once, each of another trace. Empty for what is no trace context. */
export function linkTo(traceparent: unknown): Link[] {
  const span = tracing.isOn && trace.getSpanContext(contextOf(traceparent));
  return span && isSpanContextValid(span) ? [{ context: span }] : [];
}

function contextOf(traceparent: unknown) {
  return typeof traceparent === 'string' ? propagation.extract(ROOT_CONTEXT, { traceparent }) : ROOT_CONTEXT;
}
