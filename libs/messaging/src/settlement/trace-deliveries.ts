import { headers } from '@ekphrasis/contracts';
import { isTracing, linkTo, SpanKind, traced, tracedSince, withTraceparent } from '@ekphrasis/tracing';
import { logFieldsOf, type NamedSource, type Unsettled } from './delivery-source.js';

type Delivered = Unsettled<NamedSource>;

/** Handles one delivery in a span of the trace that its message belongs to. */
export function traceDelivery<Result>(delivered: Delivered, handle: () => Promise<Result>): Promise<Result> {
  if (!isTracing()) return handle();
  return withTraceparent(traceparentOf(delivered), () =>
    traced(`process ${delivered.source.queue}`, spanOptions(delivered), handle),
  );
}

/**
 * Handles deliveries together: what that does is a trace of its own, linked to those of the messages, and each of these gets a span that
 * lasts as long.
 */
export async function traceBatch<Result>(batch: Delivered[], handle: () => Promise<Result>): Promise<Result> {
  const [first] = batch;
  if (!isTracing() || !first) return handle();
  const startedAt = Date.now();
  const links = batch.flatMap((delivered) => linkTo(traceparentOf(delivered)));
  const attributes = { ...attributesOf(first.source), 'messaging.batch.message_count': batch.length };
  try {
    return await withTraceparent(undefined, () =>
      traced(`process ${first.source.queue}`, { kind: SpanKind.CONSUMER, attributes, links }, handle),
    );
  } finally {
    for (const delivered of batch) {
      withTraceparent(traceparentOf(delivered), () =>
        tracedSince(`process ${first.source.queue}`, startedAt, spanOptions(delivered)),
      );
    }
  }
}

function spanOptions(delivered: Delivered) {
  const { messageId, ...fields } = logFieldsOf(delivered);
  const known = Object.entries(fields).filter(([, value]) => typeof value === 'number' || typeof value === 'string');
  const attributes = {
    ...attributesOf(delivered.source),
    ...(typeof messageId === 'string' && { 'messaging.message.id': messageId }),
    ...(Object.fromEntries(known.map(([name, value]) => [`ekphrasis.${name}`, value])) as Record<
      string,
      string | number
    >),
  };
  return { kind: SpanKind.CONSUMER, attributes };
}

function attributesOf({ queue }: NamedSource) {
  return { 'messaging.system': 'rabbitmq', 'messaging.destination.name': queue };
}

function traceparentOf({ message }: Delivered): unknown {
  return message.properties.headers?.[headers.traceparent];
}
