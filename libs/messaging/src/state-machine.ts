/**
 * One state of a few, and which may follow which: a change that nobody foresaw throws, where several booleans would go on in a
 * combination that means nothing.
 */
export class StateMachine<State extends string> {
  /** @param changes for each state, those that may follow it */
  constructor(
    private state: State,
    private readonly changes: Readonly<Record<State, readonly State[]>>,
  ) {}

  get current(): State {
    return this.state;
  }

  is(...states: readonly State[]): boolean {
    return states.includes(this.state);
  }

  /** @throws Error where the state may not follow the current one; staying as it is always may */
  to(next: State): void {
    if (next === this.state) return;
    if (!this.changes[this.state].includes(next)) throw new Error(`Expected no change from ${this.state} to ${next}`);
    this.state = next;
  }
}
