/** Work under way, and how many wait for it. */
interface Flight<Result> {
  promise: Promise<Result>;
  controller: AbortController;
  waiters: number;
}

/** Does equal work that is asked for at the same time only once. Work that nobody waits for any more is aborted. */
export class SharedFlights<Result> {
  private readonly flights = new Map<string, Flight<Result>>();

  /**
   * Joins the work under way for `key`, or starts it.
   * @throws the signal's reason as soon as it is aborted; the others go on waiting
   */
  join(key: string, start: (signal: AbortSignal) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const flight = this.flights.get(key) ?? this.begin(key, start);
    flight.waiters++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal!.reason as Error);
        if (--flight.waiters > 0) return;
        this.forget(key, flight);
        flight.controller.abort(signal!.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      void flight.promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.flights.size > 0) await Promise.allSettled([...this.flights.values()].map(({ promise }) => promise));
  }

  private begin(key: string, start: (signal: AbortSignal) => Promise<Result>): Flight<Result> {
    const controller = new AbortController();
    const flight = { promise: start(controller.signal), controller, waiters: 0 };
    this.flights.set(key, flight);
    const forget = (): void => this.forget(key, flight);
    flight.promise.then(forget, forget);
    return flight;
  }

  private forget(key: string, flight: Flight<Result>): void {
    if (this.flights.get(key) === flight) this.flights.delete(key);
  }
}
