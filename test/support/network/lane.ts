import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Gate } from './gate.js';

/** Hands bytes to the far end. Resolves when the kernel has taken them all; rejects when the far end is gone. */
export type Pass = (bytes: Buffer) => Promise<void>;

/** Stands in a lane: everything that comes goes through it, one call after the other. */
export interface Passage {
  /** Passes bytes on, or keeps them for a later call; nothing that follows is looked at before it resolves. */
  take(bytes: Buffer, pass: Pass): Promise<void>;
  /** Passes on what it kept: nothing will follow. */
  finish(pass: Pass): Promise<void>;
}

/** A passage that keeps nothing. */
export const openPassage: Passage = {
  take: (bytes, pass) => pass(bytes),
  finish: async () => undefined,
};

export interface LaneConditions {
  /** Nothing passes while it is shut. */
  readonly gate: Gate;
  /** Milliseconds that an arrival of now takes to the far end. */
  readonly latency: () => number;
  readonly passage: Passage;
  /** Nothing passes before it resolves. */
  readonly started: Promise<void>;
}

/** Bytes beyond which a lane reads no more: what follows waits in the sender's own buffers. */
const capacity = 64 * 1024;

/**
 * One direction of a connection. Bytes, the end of the stream (FIN) and the sender's death (RST) are arrivals. They pass in
 * their order, each when its time has come, the passage lets it go and the gate is open. The lane is over when the far end
 * is gone: whatever arrives then never passes.
 */
export class Lane {
  private last: Promise<void>;
  private waiting = 0;

  constructor(
    private readonly source: Socket,
    private readonly sink: Socket,
    private readonly conditions: LaneConditions,
  ) {
    this.last = conditions.started;
    source.on('data', (bytes: Buffer) => this.arrive(bytes.length, () => conditions.passage.take(bytes, this.pass)));
    source.on('end', () => this.arrive(0, () => this.leave(() => sink.end())));
    source.on('error', () => this.arrive(0, () => this.leave(() => resetSocket(sink))));
  }

  private arrive(size: number, go: () => Promise<void>): void {
    const due = performance.now() + this.conditions.latency();
    this.waiting += size;
    if (this.waiting > capacity) this.source.pause();
    this.last = this.last.then(async () => {
      const early = due - performance.now();
      if (early > 0) await pause(early, undefined, { ref: false });
      await this.conditions.gate.through(go); // a passage sees nothing before it may pass
      this.waiting -= size;
      if (this.waiting <= capacity) this.source.resume();
    });
    this.last.catch(() => undefined); // the far end is gone; its own lane tells the source
  }

  private readonly pass: Pass = (bytes) =>
    this.conditions.gate.through(
      () =>
        new Promise((resolve, reject) => {
          this.sink.write(bytes, (error) => (error ? reject(error) : resolve()));
        }),
    );

  private async leave(tell: () => unknown): Promise<void> {
    await this.conditions.passage.finish(this.pass);
    await this.conditions.gate.through(tell);
  }
}

/**
 * Ends a socket by an RST. One whose FIN is on its way is closed instead: libuv refuses to reset it, and Node.js would then
 * never tell that it has closed.
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
