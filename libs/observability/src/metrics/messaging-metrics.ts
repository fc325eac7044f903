import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import { DURATION_BUCKETS } from './duration-buckets.js';

const MESSAGING_SYSTEM = 'rabbitmq';
const CLIENT_LABELS = [
  'messaging_system',
  'messaging_destination_name',
  'messaging_operation_name',
  'error_type',
] as const;

/** What was done with messages, and where. */
export interface MessagingOperation {
  /** The exchange or queue. */
  destination: string;
  /** The broker's word for what was done: `publish`, `consume`, `ack`, `nack`, `reject`. */
  operation: string;
  /** The code of the error that it ended with; undefined where it succeeded. */
  errorType?: string | undefined;
}

/**
 * Metrics of talking to the broker, under the names of OpenTelemetry's messaging conventions in Prometheus' form.
 * Destinations, operations and error types must be few: every combination is a time series.
 */
@Injectable()
export class MessagingMetrics {
  private readonly sentMessages: Counter<(typeof CLIENT_LABELS)[number]>;
  private readonly consumedMessages: Counter<(typeof CLIENT_LABELS)[number]>;
  private readonly operationDuration: Histogram<(typeof CLIENT_LABELS)[number]>;
  private readonly processDuration: Histogram<(typeof CLIENT_LABELS)[number]>;

  constructor(registry: Registry) {
    const shared = { labelNames: CLIENT_LABELS, registers: [registry] };
    const timed = { ...shared, buckets: DURATION_BUCKETS };
    this.sentMessages = new Counter({
      ...shared,
      name: 'messaging_client_sent_messages_total',
      help: 'Messages that producers tried to send',
    });
    this.consumedMessages = new Counter({
      ...shared,
      name: 'messaging_client_consumed_messages_total',
      help: 'Messages delivered to consumers',
    });
    this.operationDuration = new Histogram({
      ...timed,
      name: 'messaging_client_operation_duration_seconds',
      help: 'Time of one operation of the messaging client, such as publishing until the confirm',
    });
    this.processDuration = new Histogram({
      ...timed,
      name: 'messaging_process_duration_seconds',
      help: 'Time that a handler took for one message',
    });
  }

  /** Counts messages that were sent, or could not be. Counting none makes the counter begin at 0, before its first message. */
  sent(operation: MessagingOperation, count = 1): void {
    this.sentMessages.inc(labelsOf(operation), count);
  }

  /** Counts messages that were delivered; none, as above. */
  consumed(operation: MessagingOperation, count = 1): void {
    this.consumedMessages.inc(labelsOf(operation), count);
  }

  /** Records one operation's time, in seconds. */
  operated(operation: MessagingOperation, seconds: number): void {
    this.operationDuration.observe(labelsOf(operation), seconds);
  }

  /** Records how long a handler took for one message, in seconds. */
  processed(operation: MessagingOperation, seconds: number): void {
    this.processDuration.observe(labelsOf(operation), seconds);
  }
}

function labelsOf({ destination, operation, errorType }: MessagingOperation) {
  return {
    messaging_system: MESSAGING_SYSTEM,
    messaging_destination_name: destination,
    messaging_operation_name: operation,
    // An empty label is the same to Prometheus as none.
    error_type: errorType ?? '',
  };
}
