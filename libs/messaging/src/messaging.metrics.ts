import { Counter, Histogram } from 'prom-client';
import { isCodedError } from '@ekphrasis/errors';

const labels = ['messaging_system', 'messaging_destination_name', 'messaging_operation_name', 'error_type'] as const;
type Labels = Partial<Record<(typeof labels)[number], string>>;

/** Names and labels follow OpenTelemetry's semantic conventions for messaging, written as Prometheus writes them. */
const sent = new Counter<(typeof labels)[number]>({
  name: 'messaging_client_sent_messages_total',
  help: 'Messages that this process tried to publish',
  labelNames: labels,
});
const consumed = new Counter<(typeof labels)[number]>({
  name: 'messaging_client_consumed_messages_total',
  help: 'Messages delivered to this process',
  labelNames: labels,
});
const duration = new Histogram<(typeof labels)[number]>({
  name: 'messaging_process_duration_seconds',
  help: 'From delivery to settlement',
  labelNames: labels,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

function label(destination: string, operation: string, error?: unknown): Labels {
  return {
    messaging_system: 'rabbitmq',
    messaging_destination_name: destination,
    messaging_operation_name: operation,
    ...(error !== undefined && { error_type: isCodedError(error) ? error.code : 'other' }),
  };
}

export function messagesSent(routingKey: string, error?: unknown): void {
  sent.inc(label(routingKey, 'publish', error));
}

export function messagesConsumed(queue: string, count = 1): void {
  consumed.inc(label(queue, 'deliver'), count);
}

/** @param startedAt `performance.now()` at delivery */
export function messageProcessed(queue: string, startedAt: number, error?: unknown): void {
  duration.observe(label(queue, 'process', error), (performance.now() - startedAt) / 1000);
}
