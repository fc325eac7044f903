import { redactSecrets } from '@ekphrasis/configuration';
import { withTimeLimit } from '@ekphrasis/time-limit';
import { Inject, Injectable, Logger, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult, type HealthIndicatorResult } from '@nestjs/terminus';
import { Gauge, Registry } from 'prom-client';
import type { ReadinessIndicator } from './readiness-indicator.js';
import { ReadinessIndicators } from './readiness-indicators.js';

/** Injects the indicators that the app was given. */
export const READINESS_INDICATORS = Symbol('ReadinessIndicators');

const LONGEST_CHECK_MS = 2_000;

/** Asks all indicators at once, for probes and for whoever reads metrics. Those who come while it asks share the answer, so they
 * cannot be made into a load. */
@Injectable()
export class ReadinessService {
  private readonly logger = new Logger(ReadinessService.name);
  private running: Promise<HealthCheckResult> | undefined;
  private down = '';

  constructor(
    private readonly health: HealthCheckService,
    @Inject(READINESS_INDICATORS) private readonly given: readonly ReadinessIndicator[],
    private readonly indicators: ReadinessIndicators,
    registry: Registry,
  ) {
    const read = () => this.check();
    new Gauge({
      name: 'ekphrasis_ready',
      help: 'Whether an indicator of readiness is well, asked when metrics are',
      labelNames: ['indicator'],
      registers: [registry],
      async collect() {
        const { details } = await read();
        for (const [indicator, { status }] of Object.entries(details)) this.set({ indicator }, Number(status === 'up'));
      },
    });
  }

  /** Terminus' report: its `status` is `ok`, `error` where an indicator failed, or `shutting_down`. */
  check(): Promise<HealthCheckResult> {
    return (this.running ??= this.ask().finally(() => (this.running = undefined)));
  }

  private async ask(): Promise<HealthCheckResult> {
    const result = await this.health
      .check(this.indicators.with(this.given).map((indicator) => () => runIndicator(indicator)))
      .catch(reportOf);
    this.logChange(result);
    return result;
  }

  private logChange(result: HealthCheckResult): void {
    const down = Object.keys(result.error ?? {}).join(', ');
    if (down === this.down) return;
    this.down = down;
    if (down === '') this.logger.log('ready');
    else this.logger.warn({ indicators: result.error, msg: `not ready: ${down}` });
  }
}

async function runIndicator(indicator: ReadinessIndicator): Promise<HealthIndicatorResult> {
  const { name } = indicator;
  const onTimeout = (): Error => new Error(`no answer within ${LONGEST_CHECK_MS} ms`);
  try {
    await withTimeLimit({ milliseconds: LONGEST_CHECK_MS, onTimeout }, (limit) =>
      Promise.resolve(indicator.check(limit)),
    );
    return { [name]: { status: 'up' } };
  } catch (error) {
    return {
      [name]: { status: 'down', message: redactSecrets(error instanceof Error ? error.message : String(error)) },
    };
  }
}

function reportOf(error: unknown): HealthCheckResult {
  if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
  throw error;
}
