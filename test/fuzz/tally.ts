import { kindNames, type Kind } from './fuzz-case.js';

/** What was sent of a kind, and what became of it. */
export interface KindTally {
  sent: number;
  /** By status; `none` for no answer. */
  answers: Record<string, number>;
  accepted: number;
  described: number;
  /** By the failure's code. */
  failed: Record<string, number>;
}

export class Tally {
  readonly kinds = Object.fromEntries(
    kindNames.map((kind) => [kind, { sent: 0, answers: {}, accepted: 0, described: 0, failed: {} }]),
  ) as unknown as Record<Kind, KindTally>;

  answered(kind: Kind, status: number | undefined): void {
    const tally = this.kinds[kind];
    tally.sent += 1;
    count(tally.answers, String(status ?? 'none'));
  }

  accepted(kind: Kind): void {
    this.kinds[kind].accepted += 1;
  }

  ended(kind: Kind, failure: string | undefined): void {
    if (failure === undefined) this.kinds[kind].described += 1;
    else count(this.kinds[kind].failed, failure);
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
