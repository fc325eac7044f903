/** What everything that passes in one direction of a link waits at. Open until it is shut; both may be repeated. */
export class Gate {
  private opening: { promise: Promise<void>; resolve: () => void } | undefined;

  shut(): void {
    if (this.opening) return;
    let resolve = (): void => undefined;
    const promise = new Promise<void>((settle) => (resolve = settle));
    this.opening = { promise, resolve };
  }

  open(): void {
    this.opening?.resolve();
    this.opening = undefined;
  }

  /** Runs `step` when it is open: never a moment after it was shut again. */
  async through<T>(step: () => T | Promise<T>): Promise<T> {
    while (this.opening) await this.opening.promise;
    return step();
  }
}
