import type { Load } from './load.js';
import type { Watcher } from './watcher.js';

const everyMs = 100;

/** Counts since the row began. */
export interface TimelinePoint {
  /** Seconds since the row began. */
  at: number;
  submitted: number;
  /** Accepted and not described yet. */
  queued: number;
  described: number;
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

  constructor(
    private readonly load: Load,
    private readonly watcher: Watcher,
  ) {
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
    const described = this.watcher.sightings.size;
    const queued = Math.max(0, this.load.accepted.length - described);
    this.points.push({ at: this.seconds(), submitted: this.load.submissions.length, queued, described });
  }
}
