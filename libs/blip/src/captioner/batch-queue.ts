import type { SearchSettings } from '../generation/search-settings.js';
import { WaitingGroup, type SearchKind } from './waiting-group.js';

/** A picture that waits to be captioned together with others. */
export interface WaitingPicture {
  pixels: Uint8Array<ArrayBuffer>;
  settings: SearchSettings;
  /** Where nobody waits for it any more. */
  signal: AbortSignal;
}

export interface BatchLimits {
  /** Pictures of a batch at most. */
  batchSize: number;
  /** How long a picture waits for others, in milliseconds. */
  batchWaitMs: number;
}

/** Captions a batch of pictures with equal settings; resolves when the lane is free again. */
export type RunBatch<Picture> = (batch: readonly Picture[]) => Promise<void>;

interface Candidate<Picture extends WaitingPicture> {
  key: string;
  group: WaitingGroup<Picture>;
  /** Milliseconds until it may start. */
  rest: number;
}

/** So long after a greedy picture came one of several lanes is kept free for the next, in milliseconds. */
export const laneKeptMs = 10_000;

/**
 * Dynamic batching: pictures with equal settings that wait together run together. A group is due once it is full or its
 * oldest picture has waited long enough; it runs as soon as a lane is free, and is spread over the lanes that are.
 *
 * Beam searches do not hold up greedy pictures: of several lanes they leave one free while greedy pictures come, and where
 * both kinds wait for a lane they take turns. Groups of one kind take turns, too.
 *
 * A picture: waiting → in a batch; or waiting → dropped, when its signal aborts.
 */
export class BatchQueue<Picture extends WaitingPicture> {
  private readonly groups = new Map<string, WaitingGroup<Picture>>();
  private readonly idleLanes: RunBatch<Picture>[];
  private readonly laneCount: number;
  /** Lanes that run a beam search. */
  private searching = 0;
  private lastGreedyCame = -Infinity;
  /** Counts pictures that come and batches that start: what has a lower number has waited longer. */
  private lastTicket = 0;
  /** The latest batch of each kind. */
  private readonly lastTurns: Record<SearchKind, number> = { greedy: 0, search: 0 };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    lanes: readonly RunBatch<Picture>[],
    private readonly limits: BatchLimits,
  ) {
    this.idleLanes = [...lanes];
    this.laneCount = lanes.length;
  }

  add(picture: Picture): void {
    const key = JSON.stringify(picture.settings);
    const group = this.groups.get(key) ?? new WaitingGroup<Picture>(picture.settings, this.limits);
    this.groups.set(key, group);
    group.add(picture, ++this.lastTicket);
    if (group.kind === 'greedy') this.lastGreedyCame = performance.now();
    picture.signal.addEventListener('abort', () => this.drop(key, picture), { once: true });
    this.dispatch();
  }

  private drop(key: string, picture: Picture): void {
    const group = this.groups.get(key);
    group?.drop(picture);
    if (group?.isEmpty()) this.groups.delete(key);
  }

  /** Starts every batch that is due, and sets the clock for the next. */
  private dispatch(): void {
    clearTimeout(this.timer);
    while (this.idleLanes.length > 0 && this.groups.size > 0) {
      const { key, group, rest } = this.next();
      if (rest > 0) {
        this.timer = setTimeout(() => this.dispatch(), rest);
        return;
      }
      this.start(key, group);
    }
  }

  /** What may start first; of what may start now, the kind and then the group that has waited longest for its turn. */
  private next(): Candidate<Picture> {
    return [...this.groups]
      .map(([key, group]) => ({ key, group, rest: Math.max(group.dueIn(), this.laneFreeIn(group.kind)) }))
      .sort((a, b) => a.rest - b.rest || this.byTurn(a.group, b.group))[0]!;
  }

  private byTurn(a: WaitingGroup<Picture>, b: WaitingGroup<Picture>): number {
    return this.lastTurns[a.kind] - this.lastTurns[b.kind] || a.ticket - b.ticket;
  }

  /** Milliseconds until the kind may have one of the lanes that are free. */
  private laneFreeIn(kind: SearchKind): number {
    return this.lanesFor(kind) > 0 ? 0 : this.laneKeptFor();
  }

  /** Of the lanes that are free, those that the kind may have. */
  private lanesFor(kind: SearchKind): number {
    const isOneKept = kind === 'search' && this.laneCount > 1 && this.laneKeptFor() > 0;
    return isOneKept ? Math.min(this.idleLanes.length, this.laneCount - 1 - this.searching) : this.idleLanes.length;
  }

  /** Milliseconds for which a lane stays free for greedy pictures. */
  private laneKeptFor(): number {
    return Math.max(0, this.lastGreedyCame + laneKeptMs - performance.now());
  }

  private start(key: string, group: WaitingGroup<Picture>): void {
    const batch = group.take(this.lanesFor(group.kind), ++this.lastTicket);
    if (group.isEmpty()) this.groups.delete(key);
    const { kind } = group;
    this.lastTurns[kind] = this.lastTicket;
    if (kind === 'search') this.searching++;
    const lane = this.idleLanes.pop()!;
    void lane(batch).finally(() => {
      if (kind === 'search') this.searching--;
      this.idleLanes.push(lane);
      this.dispatch();
    });
  }
}
