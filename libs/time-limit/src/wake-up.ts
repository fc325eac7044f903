/** Lets one caller at a time wait until it is called. */
export class WakeUp {
  private end?: () => void;

  /** Ends the wait, if there is one. */
  call(): void {
    this.end?.();
  }

  /** Resolves when it is called, after `milliseconds`, or once the signal aborts. Never rejects. */
  async within(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.end = undefined;
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end);
      this.end = end;
    });
  }
}
