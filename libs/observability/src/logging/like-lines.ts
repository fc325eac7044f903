const everyMs = 60_000;
/** Kinds that are told apart; what is beyond them is counted as one. */
const mostKinds = 1_000;
const anyOther = 'any other';

interface Kind {
  /** Lines that were not written. */
  count: number;
  /** The latest of them. */
  line: string;
  readonly timer: NodeJS.Timeout;
}

/**
 * Writes the first line of a kind at once, and of those that are like it one each minute, with their number: half a million
 * jobs of one dead host are one line a minute.
 */
export class LikeLines {
  private readonly kinds = new Map<string, Kind>();

  constructor(private readonly write: (line: string) => void) {}

  /** @param kind what lines must share to be alike */
  say(kind: string, line: string): void {
    const known = this.kinds.has(kind) || this.kinds.size < mostKinds ? kind : anyOther;
    const said = this.kinds.get(known);
    if (said) {
      said.count += 1;
      said.line = line;
      return;
    }
    this.write(line);
    const timer = setInterval(() => this.tell(known), everyMs).unref();
    this.kinds.set(known, { count: 0, line, timer });
  }

  private tell(name: string): void {
    const kind = this.kinds.get(name);
    if (!kind) return;
    if (kind.count === 0) {
      clearInterval(kind.timer);
      this.kinds.delete(name);
      return;
    }
    this.write(`${kind.line} (${kind.count} like it in a minute)`);
    kind.count = 0;
  }
}
