import type { LookupAddress } from 'node:dns';
import { rejectionOf } from '@ekphrasis/time-limit';
import { FetchError } from '../fetching.errors.js';
import type { ResolveHost } from './resolve-host.js';

export interface NameLookupsOptions {
  /** Look-ups at a time. */
  concurrency: number;
  /** Longest time of one look-up in milliseconds, and of waiting for its turn. */
  timeoutMs: number;
}

interface Running {
  readonly result: Promise<readonly LookupAddress[]>;
  readonly abort: AbortController;
}

/**
 * The look-ups of a process: so many at a time, none longer than its limit, those for one name shared, and one that nobody
 * waits for any more cancelled.
 */
export class NameLookups {
  private readonly running = new Map<string, Running>();
  private readonly wanted = new Map<string, number>();
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(
    private readonly resolve: ResolveHost,
    private readonly options: NameLookupsOptions,
  ) {
    this.free = options.concurrency;
  }

  /** @throws FetchError `lookups-busy` when its turn did not come; whatever the resolver rejects with */
  lookUp(hostname: string): Promise<readonly LookupAddress[]> {
    const running = this.running.get(hostname) ?? this.start(hostname);
    return running.result;
  }

  /**
   * Says that somebody may wait for a name. The look-up of a name that nobody waits for any more is cancelled.
   * @param signal aborted when they do not
   * @returns what to call when they do not
   */
  want(hostname: string, signal: AbortSignal): () => void {
    this.wanted.set(hostname, (this.wanted.get(hostname) ?? 0) + 1);
    const release = () => {
      signal.removeEventListener('abort', release);
      if (wants) this.release(hostname);
      wants = false;
    };
    let wants = true;
    signal.addEventListener('abort', release, { once: true });
    return release;
  }

  /** Cancels all. */
  close(): void {
    for (const { abort } of this.running.values()) abort.abort(givenUp());
  }

  private release(hostname: string): void {
    const left = (this.wanted.get(hostname) ?? 1) - 1;
    if (left > 0) return void this.wanted.set(hostname, left);
    this.wanted.delete(hostname);
    this.running.get(hostname)?.abort.abort(givenUp());
  }

  private start(hostname: string): Running {
    const abort = new AbortController();
    const result = this.run(hostname, abort).finally(() => this.running.delete(hostname));
    result.catch(() => undefined);
    const running = { result, abort };
    this.running.set(hostname, running);
    return running;
  }

  private async run(hostname: string, abort: AbortController): Promise<readonly LookupAddress[]> {
    await this.turn(abort.signal);
    const timer = setTimeout(() => abort.abort(timedOut()), this.options.timeoutMs);
    try {
      return await Promise.race([this.resolve(hostname, abort.signal), rejectionOf(abort.signal)]);
    } finally {
      clearTimeout(timer);
      this.free += 1;
      this.waiting.shift()?.();
    }
  }

  private async turn(signal: AbortSignal): Promise<void> {
    if (this.free > 0) return void (this.free -= 1);
    await new Promise<void>((resolve, reject) => {
      const leave = (reason: Error) => {
        clearTimeout(timer);
        const place = this.waiting.indexOf(enter);
        if (place >= 0) this.waiting.splice(place, 1);
        reject(reason);
      };
      const enter = () => {
        clearTimeout(timer);
        this.free -= 1;
        resolve();
      };
      const timer = setTimeout(() => leave(tooMany()), this.options.timeoutMs);
      signal.addEventListener('abort', () => leave(signal.reason as Error), { once: true });
      this.waiting.push(enter);
    });
  }
}

function tooMany(): FetchError {
  return new FetchError('lookups-busy', 'Too many host names are being looked up');
}

/** Who comes in this moment has not been tried. */
function givenUp(): FetchError {
  return new FetchError('lookups-busy', 'The look-up of the host name was given up');
}

function timedOut(): Error {
  return Object.assign(new Error('No name server has answered in time'), { code: 'ETIMEOUT' });
}
