import { setImmediate as turn } from 'node:timers/promises';

/** Lets one of those who come together begin in each turn of the event loop, in their order, and everybody else in between. */
export class Turns {
  private last: Promise<void> = Promise.resolve();

  next(): Promise<void> {
    this.last = this.last.then(() => turn());
    return this.last;
  }
}
