import {
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Link,
  type Span,
  type TimeInput,
} from '@opentelemetry/api';
import { tracing } from './tracing-state.js';

export { SpanKind };

const tracer = trace.getTracer('ekphrasis');

export interface TracedOptions {
  /** Internal by default. */
  kind?: SpanKind;
  /** By OpenTelemetry's semantic conventions where these have a name for it. No secrets, no addresses with passwords. */
  attributes?: Attributes;
  /** Other spans that it has to do with, e.g. of each message of a batch. */
  links?: Link[];
}

/**
 * Runs `run` in a span that is a child of the active one, and ends the span when its promise settles. What it throws marks the
 * span as failed, with the error's code, and is thrown on.
 */
export function traced<Result>(name: string, options: TracedOptions, run: () => Promise<Result>): Promise<Result> {
  if (!tracing.isOn) return run();
  return tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await run();
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A span of something that has been done already. @param startTime milliseconds since 1970 */
export function tracedSince(name: string, startTime: TimeInput, options: TracedOptions, error?: unknown): void {
  if (!tracing.isOn) return;
  const span = tracer.startSpan(name, { ...options, startTime });
  if (error !== undefined) markFailed(span, error);
  span.end();
}

function markFailed(span: Span, error: unknown): void {
  const { code, message } = error as { code?: unknown; message?: string };
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.setAttribute('error.type', typeof code === 'string' ? code : 'unexpected');
}
