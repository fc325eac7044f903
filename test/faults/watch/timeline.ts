import type { Load } from '../loads/load.js';

const everyMs = 100;

/** Counts since the row began. */
export interface TimelinePoint {
  /** Seconds since the row began. */
  at: number;
  submitted: number;
  /** Accepted and not ended yet. */
  queued: number;
  /** Described, processed, told, answered. */
  ended: number;
}

/** Something that happened, for the picture. */
export interface TimelineMark {
  /** Seconds since the row began. */
  at: number;
  label: string;
}

/** Counts over time, with marks for what was done to the product. */
export class Timeline {
  readonly points: TimelinePoint[] = [];
  readonly marks: TimelineMark[] = [];
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly loads: readonly Load[]) {
    this.timer = setInterval(() => this.sample(), everyMs);
  }

  mark(label: string): void {
    this.marks.push({ at: this.seconds(), label });
  }

  stop(): void {
    clearInterval(this.timer);
    this.sample();
  }

  private seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  private sample(): void {
    const sum = (count: (load: Load) => number): number => this.loads.reduce((all, load) => all + count(load), 0);
    this.points.push({
      at: this.seconds(),
      submitted: sum(({ submitted }) => submitted),
      queued: sum(({ accepted, ended }) => Math.max(0, accepted - ended)),
      ended: sum(({ ended }) => ended),
    });
  }
}
