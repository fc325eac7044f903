import type { LookupAddress } from 'node:dns';
import { rejectionOf } from '@ekphrasis/time-limit';
import pLimit, { type Limit } from 'p-limit';
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
  private readonly inTurn: Limit;

  constructor(
    private readonly resolve: ResolveHost,
    private readonly options: NameLookupsOptions,
  ) {
    this.inTurn = pLimit(options.concurrency);
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

  private run(hostname: string, abort: AbortController): Promise<readonly LookupAddress[]> {
    const { timeoutMs } = this.options;
    const { signal } = abort;
    let timer = setTimeout(() => abort.abort(tooMany()), timeoutMs);
    const resolve = (): Promise<readonly LookupAddress[]> => {
      clearTimeout(timer);
      signal.throwIfAborted();
      timer = setTimeout(() => abort.abort(timedOut()), timeoutMs);
      return Promise.race([this.resolve(hostname, signal), rejectionOf(signal)]);
    };
    // the turn of one that is given up while it waits comes as well, and is over at once
    return Promise.race([this.inTurn(resolve), rejectionOf(signal)]).finally(() => clearTimeout(timer));
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
