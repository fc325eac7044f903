export { RequestSpan } from './request-span.js';
export { startTracing } from './start-tracing.js';
export { SpanKind, traced, tracedSince, type TracedOptions } from './traced.js';
export { isTracing } from './tracing-state.js';
export { currentTraceparent, linkTo, withTraceparent } from './traceparent.js';
