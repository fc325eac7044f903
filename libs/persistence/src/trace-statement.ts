import type { LogEvent } from 'kysely';
import { SpanKind, tracedSince } from '@ekphrasis/tracing';

/**
 * A statement as a span: its text, whose values are parameters and not shown.
 * https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export function traceStatement(event: LogEvent): void {
  const text = event.query.sql.replace(/\s+/g, ' ').trim();
  const operation = text.split(' ', 1)[0]?.toUpperCase() ?? '';
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.text': text };
  const startedAt = Date.now() - event.queryDurationMillis;
  tracedSince(
    operation,
    startedAt,
    { kind: SpanKind.CLIENT, attributes },
    event.level === 'error' ? event.error : undefined,
  );
}
