/** So many failures one after the other, and no answer between them, open it. More than all attempts of one job. */
const failuresThatOpen = 10;
const firstPauseMs = 5_000;
const longestPauseMs = 60_000;

/**
 * Whether it makes sense to ask a host now.
 *
 * State machine:
 *   closed -> (ten failures in a row) -> open: nobody asks
 *   open -> (its pause is over) -> half-open: one asks
 *   half-open -> answered -> closed · failed -> open, twice as long (5 s, doubling to a minute) · given up -> half-open, another asks
 *   any -> told to wait (`Retry-After`) -> open until then, whatever others are answered meanwhile, and half-open after it
 */
export class CircuitBreaker {
  private failures = 0;
  private pauseMs = firstPauseMs;
  private openUntil = 0;
  private isOpen = false;
  private isAsked = false;
  /** Whether it is open because the host said so: an answer to somebody else does not take that back. */
  private isTold = false;

  /** Until when nobody should ask, in milliseconds of `Date.now()`; undefined where one may. @param now the same clock */
  closedUntil(now: number): number | undefined {
    if (!this.isOpen) return undefined;
    if (now < this.openUntil) return this.openUntil;
    return this.isAsked ? now + firstPauseMs : undefined;
  }

  /** How many may ask now: none, one, or any number. */
  places(now: number): number {
    if (!this.isOpen) return Infinity;
    return this.closedUntil(now) === undefined ? 1 : 0;
  }

  /** Somebody asks. */
  asked(): void {
    if (this.isOpen) this.isAsked = true;
  }

  answered(now: number): void {
    if (this.isTold && now < this.openUntil) return;
    this.isOpen = this.isAsked = this.isTold = false;
    this.failures = 0;
    this.pauseMs = firstPauseMs;
  }

  failed(now: number): void {
    this.failures += 1;
    if (this.isOpen ? !this.isAsked : this.failures < failuresThatOpen) return;
    if (this.isOpen) this.pauseMs = Math.min(2 * this.pauseMs, longestPauseMs);
    this.isTold = false;
    this.open(now + this.pauseMs);
  }

  /** The host itself says when it wants to be asked again. */
  toldToWait(until: number): void {
    this.open(this.isTold ? Math.max(until, this.openUntil) : until);
    this.isTold = true;
  }

  /** Who asked has given up for a reason of its own. */
  givenUp(): void {
    this.isAsked = false;
  }

  private open(until: number): void {
    this.isOpen = true;
    this.isAsked = false;
    this.openUntil = until;
  }
}
