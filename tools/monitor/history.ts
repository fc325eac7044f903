import type { Line } from '../charts/line-panel.js';

/** So many looks are kept; of a longer time every second one, again and again. */
const mostLooks = 2_000;

/** Figures over the time of a monitor, for the picture at its end. */
export class History {
  private looks: { atMs: number; values: Record<string, number> }[] = [];

  add(atMs: number, values: Record<string, number>): void {
    this.looks.push({ atMs, values });
    if (this.looks.length > mostLooks) this.looks = this.looks.filter((_, index) => index % 2 === 0);
  }

  get isWorthAPicture(): boolean {
    return this.looks.length > 2;
  }

  /** The last values of one figure. */
  last(name: string, count: number): number[] {
    return this.line(name)
      .points.slice(-count)
      .map(({ y }) => y);
  }

  /** One figure, by seconds since the first look. */
  line(name: string): Line {
    const start = this.looks[0]?.atMs ?? 0;
    const points = this.looks.flatMap(({ atMs, values }) => {
      const y = values[name] ?? NaN;
      return Number.isFinite(y) ? { x: (atMs - start) / 1000, y } : [];
    });
    return { name, points };
  }
}
