import { FetchError } from '../fetching.errors.js';
import { CircuitBreaker } from './circuit-breaker.js';

/** Downloads that take longer than this are slow: they may not take the places of others. */
export const slowAfterMs = 3_000;
/** Hosts of which something is remembered; the one that was not used for the longest time is forgotten first. */
const mostHosts = 10_000;
/** For how long everybody keeps away from a host that asks for it; who was told so itself waits longer where it must. */
const longestWaitOfAllMs = 600_000;
const shortestPauseMs = 1_000;
const longestPauseMs = 60_000;
const fadesInMs = 2 * longestPauseMs;
/** A job whose host only has no place is tried again for as long as one whose host asks for time. */
const patienceMs = 24 * 3_600_000;

export interface HostGateOptions {
  /** Slow downloads at a time, of all hosts together. */
  slowDownloads: number;
  /** Of these, of one host. */
  slowDownloadsOfAHost: number;
  /** How long jobs wait for a host that does not answer before they are given up, in milliseconds. */
  patienceMs: number;
  /** The clock, as `Date.now()`. */
  now?: () => number;
  /** Between 0 and 1, as `Math.random()`. */
  random?: () => number;
}

/** How many downloads from a host may be tried now, and when others may, in milliseconds of `Date.now()`. */
export interface Admission {
  places: number;
  until: number;
}

interface Host {
  readonly name: string;
  readonly breaker: CircuitBreaker;
  running: number;
  slow: number;
  /** About how many jobs wait: those that were put away here and have not come back here. Others' workers may have them: it fades. */
  away: number;
  /** When that was so. */
  awayAt: number;
}

/**
 * How a download from a host ended, for the host: `answered` whatever the answer was, `failed` to do so, or `given-up` for reasons of our own.
 * A number is when the host wants to be asked again, in milliseconds of `Date.now()`.
 */
export type HostOutcome = 'answered' | 'failed' | 'given-up' | number;

/** One download's permit to ask a host; it is released once, when it is over or goes on to another one. */
export interface HostPermit {
  readonly host: string;
  /** It takes long. @throws FetchError `host-busy` where as many do already: it must end then */
  slow(): void;
  release(outcome: HostOutcome): void;
}

/**
 * Decides which hosts may be asked now, so that none, dead or slow, keeps a worker from the pictures of others: a circuit breaker
 * for each, and a share of the slow downloads.
 */
export class HostGate {
  private readonly hosts = new Map<string, Host>();
  private slowRunning = 0;

  constructor(private readonly options: HostGateOptions) {}

  /** Why a host cannot be asked now, or undefined. Takes no place. */
  refusal(name: string): FetchError | undefined {
    const host = this.hosts.get(name);
    if (!host) return undefined;
    const closedUntil = host.breaker.closedUntil(this.now());
    if (closedUntil !== undefined) return this.unavailable(host, closedUntil);
    return host.slow > 0 && host.running >= this.options.slowDownloadsOfAHost ? this.busy(host) : undefined;
  }

  /** How many jobs of a host may be tried now, and when others may, in milliseconds of `Date.now()`. */
  admission(name: string): Admission {
    const share = 4 * this.options.slowDownloadsOfAHost;
    const host = this.hosts.get(name);
    if (!host) return { places: share, until: this.now() + shortestPauseMs };
    const refusal = this.refusal(name);
    const until = refusal?.deferral?.until ?? this.busyUntil(host);
    return { places: refusal ? 0 : Math.min(share, host.breaker.places(this.now())), until };
  }

  /** Counts jobs that wait for a host, or with a negative number, that do so no longer. */
  away(name: string, jobs: number): void {
    const host = this.hosts.get(name);
    if (!host) return;
    host.away = Math.max(0, this.awayNow(host) + jobs);
    host.awayAt = this.now();
  }

  /** @throws FetchError `host-unavailable`, `host-busy` */
  acquire(name: string): HostPermit {
    const refusal = this.refusal(name);
    if (refusal) throw refusal;
    const host = this.remember(name);
    host.running += 1;
    host.breaker.asked();
    let isSlow = false;
    return {
      host: name,
      slow: () => {
        const { slowDownloads, slowDownloadsOfAHost } = this.options;
        if (host.slow >= slowDownloadsOfAHost || this.slowRunning >= slowDownloads) throw this.busy(host);
        isSlow = true;
        host.slow += 1;
        this.slowRunning += 1;
      },
      release: (outcome) => {
        host.running -= 1;
        if (isSlow) {
          host.slow -= 1;
          this.slowRunning -= 1;
        }
        if (outcome === 'answered') host.breaker.answered(this.now());
        else if (outcome === 'failed') host.breaker.failed(this.now());
        else if (outcome === 'given-up') host.breaker.givenUp();
        else host.breaker.toldToWait(Math.min(outcome, this.now() + longestWaitOfAllMs));
      },
    };
  }

  private unavailable({ name }: Host, until: number): FetchError {
    const text = `${name} does not answer, or asks for time: it is asked again later`;
    return new FetchError('host-unavailable', text, undefined, {
      key: name,
      until,
      patienceMs: this.options.patienceMs,
    });
  }

  private busy(host: Host): FetchError {
    const { name } = host;
    const text = `${name} is slow, and as many pictures as may be are on their way from it`;
    return new FetchError('host-busy', text, undefined, { key: name, until: this.busyUntil(host), patienceMs });
  }

  /** The more wait, the longer each: those that come back must not be more than can be done. */
  private busyUntil(host: Host): number {
    const pauseMs = (this.awayNow(host) / (4 * this.options.slowDownloadsOfAHost)) * 1_000;
    // spread, or they come back all at once, and its places stay empty until they do again
    const spread = 0.5 + (this.options.random ?? Math.random)();
    return this.now() + Math.min(Math.max(pauseMs, shortestPauseMs), longestPauseMs) * spread;
  }

  private awayNow({ away, awayAt }: Host): number {
    return away * Math.exp((awayAt - this.now()) / fadesInMs);
  }

  private remember(name: string): Host {
    const host = this.hosts.get(name) ?? {
      name,
      breaker: new CircuitBreaker(),
      running: 0,
      slow: 0,
      away: 0,
      awayAt: 0,
    };
    this.hosts.delete(name);
    this.hosts.set(name, host);
    if (this.hosts.size > mostHosts) this.forgetOne();
    return host;
  }

  private forgetOne(): void {
    for (const [name, { running }] of this.hosts) if (running === 0) return void this.hosts.delete(name);
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }
}
