const minuteMs = 60_000;

/** Where a caller stands after one request more. */
export interface Standing {
  /** Requests that he has left; negative where this one was too many. */
  left: number;
  /** Whole seconds until he has all of them again. */
  seconds: number;
}

/** A caller's present minute. */
interface Minute {
  endsAt: number;
  count: number;
}

/**
 * Counts requests by caller, in minutes that begin with a caller's first request in them. Of more callers than are counted, whose
 * minute began longest ago begins anew.
 */
export class RequestCounts {
  /** In the order in which their minutes end. */
  private readonly minutes = new Map<string, Minute>();

  constructor(
    private readonly limit: number,
    private readonly capacity = 100_000,
  ) {}

  /** @param now milliseconds of a clock that is never set back */
  count(caller: string, now: number): Standing {
    let minute = this.minutes.get(caller);
    if (!minute || minute.endsAt <= now) minute = this.begin(caller, now);
    minute.count += 1;
    return { left: this.limit - minute.count, seconds: Math.ceil((minute.endsAt - now) / 1_000) };
  }

  private begin(caller: string, now: number): Minute {
    const minute = { endsAt: now + minuteMs, count: 0 };
    this.minutes.delete(caller);
    this.minutes.set(caller, minute);
    for (const [oldest, { endsAt }] of this.minutes) {
      if (endsAt > now && this.minutes.size <= this.capacity) break;
      this.minutes.delete(oldest);
    }
    return minute;
  }
}
