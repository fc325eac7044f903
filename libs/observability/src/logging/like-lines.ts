const everyMs = 60_000;
/** Kinds that are told apart; what is beyond them is counted as one. */
const mostKinds = 1_000;
const anyOther = 'any other';

/** A line with fields. */
export interface FieldsLine {
  msg: string;
  [field: string]: unknown;
}

interface Kind<Line> {
  /** Lines that were not written. */
  count: number;
  /** The latest of them. */
  line: Line;
  readonly timer: NodeJS.Timeout;
}

/**
 * Writes the first line of a kind at once, and of those that are like it one each minute, with their number: half a million
 * jobs of one dead host are one line a minute.
 */
export class LikeLines<Line extends string | FieldsLine = string> {
  private readonly kinds = new Map<string, Kind<Line>>();

  constructor(private readonly write: (line: Line) => void) {}

  /** @param kind what lines must share to be alike */
  say(kind: string, line: Line): void {
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
    this.write(withCount(kind.line, kind.count));
    kind.count = 0;
  }
}

function withCount<Line extends string | FieldsLine>(line: Line, count: number): Line {
  const counted = (text: string): string => `${text} (${count} like it in a minute)`;
  const given: string | FieldsLine = line;
  return (typeof given === 'string' ? counted(given) : { ...given, msg: counted(given.msg) }) as Line;
}
