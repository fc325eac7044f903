import { isCodedError } from '@ekphrasis/errors';
import { slowAfterMs, type HostGate, type HostOutcome, type HostPermit } from './host-gate.js';

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

/** A download, which holds the permit of one host at a time, as redirects lead it, and says when it becomes slow. */
export class TrackedDownload {
  private permit: HostPermit | undefined;
  private isSlow = false;
  private readonly ending = new AbortController();
  private readonly timer: NodeJS.Timeout;

  /**
   * @param caller ends the download
   * @param onSlow told when it is slow, and when it is so no longer
   */
  constructor(
    private readonly gate: HostGate,
    private readonly caller: AbortSignal | undefined,
    private readonly onSlow: (isSlow: boolean) => void = () => undefined,
  ) {
    caller?.throwIfAborted();
    caller?.addEventListener('abort', this.giveUp, { once: true });
    this.timer = setTimeout(() => this.becomeSlow(), slowAfterMs);
  }

  /** Aborted when the download must end: the caller wants it so, or it is slow and there is no place for it. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** @throws FetchError where the host cannot be asked now */
  moveTo(host: string): void {
    if (this.permit?.host === host) return;
    this.release('answered');
    this.permit = this.gate.acquire(host);
    if (this.isSlow) this.permit.slow();
  }

  /** @param error what it ended with, where it was no picture */
  finish(error?: unknown): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.giveUp);
    this.release(outcomeOf(error));
    if (this.isSlow) this.onSlow(false);
  }

  private readonly giveUp = (): void => this.ending.abort(this.caller?.reason);

  private release(outcome: HostOutcome): void {
    this.permit?.release(outcome);
    this.permit = undefined;
  }

  private becomeSlow(): void {
    try {
      this.permit?.slow();
    } catch (error) {
      return this.ending.abort(error);
    }
    this.isSlow = true;
    this.onSlow(true);
  }
}

function outcomeOf(error: unknown): HostOutcome {
  if (error === undefined) return 'answered';
  if (!isCodedError(error) || saysNothing.has(error.code)) return 'given-up';
  if (error.deferral) return error.deferral.until;
  if (hostFailed.has(error.code)) return 'failed';
  // what a caller ends a download with is none of ours
  return error.name === 'FetchError' ? 'answered' : 'given-up';
}
