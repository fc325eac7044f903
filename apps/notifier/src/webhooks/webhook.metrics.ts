import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { Registry } from '@ekphrasis/observability';
import type { Lane } from './scheduling/lane.js';
import { isDelivered } from './scheduling/outcome-of.js';
import type { SentAttempt } from './sending/webhook-sender.js';

const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const outcomes = ['delivered', 'refused', 'unanswered'] as const;

/** How telling clients goes. */
@Injectable()
export class WebhookMetrics {
  private readonly attempts: Counter<'outcome'>;
  private readonly durations: Histogram;
  private lanes: () => Iterable<Lane> = () => [];

  constructor(registry: Registry) {
    const registers = [registry];
    this.attempts = new Counter({
      name: 'ekphrasis_webhook_attempts_total',
      help: 'Attempts to tell a receiver: delivered (2xx), refused (any other answer) or unanswered',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of outcomes) this.attempts.inc({ outcome }, 0);
    this.durations = new Histogram({
      name: 'ekphrasis_webhook_attempt_duration_seconds',
      help: 'Time until a receiver answered, or was given up',
      buckets: durationBuckets,
      registers,
    });
    const gauge = (name: string, help: string, read: (lanes: Lane[], now: number) => number): void => {
      const lanes = (): Lane[] => [...this.lanes()];
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read(lanes(), Date.now()));
        },
      });
    };
    gauge('ekphrasis_webhook_attempts_in_flight', 'Attempts under way', (lanes) =>
      lanes.reduce((sum, { inFlight }) => sum + inFlight, 0),
    );
    gauge(
      'ekphrasis_webhook_doubtful_receivers',
      'Webhooks whose receivers fail or are slow: they have one attempt at a time',
      (lanes, now) => lanes.filter((lane) => lane.trust(now) === 'doubtful').length,
    );
    gauge(
      'ekphrasis_webhook_delay_seconds',
      'The longest time that a delivery to a receiver that does answer has been due',
      (lanes, now) =>
        Math.max(0, ...lanes.map((lane) => (lane.trust(now) === 'doubtful' ? 0 : now - lane.dueAt))) / 1_000,
    );
  }

  /** Whose state the gauges show. */
  observe(lanes: () => Iterable<Lane>): void {
    this.lanes = lanes;
  }

  attempted(attempt: SentAttempt): void {
    const refusal = attempt.statusCode === undefined ? 'unanswered' : 'refused';
    this.attempts.inc({ outcome: isDelivered(attempt) ? 'delivered' : refusal });
    this.durations.observe(attempt.durationMs / 1_000);
  }
}
