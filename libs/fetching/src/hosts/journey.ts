import { isCodedError } from '@ekphrasis/errors';
import { slowAfterMs, type HostGate, type Visit, type VisitOutcome } from './host-gate.js';

const hostFailed = new Set([
  'connection-failed',
  'fetch-timeout',
  'dns-unavailable',
  'http-server-error',
  'rate-limited',
]);
/** Of what happens before a host has said anything, and what we end ourselves. */
const saysNothing = new Set([
  'address-forbidden',
  'host-not-found',
  'url-invalid',
  'lookups-busy',
  'host-busy',
  'host-unavailable',
]);

/** One download's way from host to host, as redirects lead it: it is a guest of one at a time. */
export class Journey {
  private visit: Visit | undefined;
  private isSlow = false;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param end ends the download with an error
   * @param onSlow told when it is slow, and when it is so no longer
   */
  constructor(
    private readonly gate: HostGate,
    private readonly end: (error: unknown) => void,
    private readonly onSlow: (isSlow: boolean) => void = () => undefined,
  ) {
    this.timer = setTimeout(() => this.becomeSlow(), slowAfterMs);
  }

  /** @throws FetchError where the host cannot be asked now */
  goTo(host: string): void {
    if (this.visit?.host === host) return;
    this.leave('answered');
    this.visit = this.gate.enter(host);
    if (this.isSlow) this.visit.slow();
  }

  /** @param error what it ended with, where it was no picture */
  finish(error?: unknown): void {
    clearTimeout(this.timer);
    this.leave(outcomeOf(error));
    if (this.isSlow) this.onSlow(false);
  }

  private leave(outcome: VisitOutcome): void {
    this.visit?.leave(outcome);
    this.visit = undefined;
  }

  private becomeSlow(): void {
    try {
      this.visit?.slow();
    } catch (error) {
      return this.end(error);
    }
    this.isSlow = true;
    this.onSlow(true);
  }
}

function outcomeOf(error: unknown): VisitOutcome {
  if (error === undefined) return 'answered';
  if (!isCodedError(error) || saysNothing.has(error.code)) return 'given-up';
  if (error.deferral) return error.deferral.until;
  if (hostFailed.has(error.code)) return 'failed';
  // what a caller ends a download with is none of ours
  return error.name === 'FetchError' ? 'answered' : 'given-up';
}
