import { FrameSplitter, type AmqpFrame } from './amqp-frames.js';
import type { FrameMatch } from './amqp-predicates.js';
import { FramePassage } from './frame-passage.js';
import type { Passage } from './lane.js';
import { Link } from './link.js';
import type { Direction, LinkedConnection } from './linked-connection.js';

export type { AmqpFrame } from './amqp-frames.js';

/** A frame that has come as far as the link. It keeps all that follows it in its direction of its connection, a FIN or RST too. */
export interface HeldFrame {
  readonly frame: AmqpFrame;
  /** Lets it go on, and what follows it. */
  release(): void;
  /** Resets its connection at both ends: neither it nor what follows it ever passes. */
  drop(): void;
}

export interface HoldOptions {
  /** Milliseconds in which the frame must come, 30,000 by default. */
  within?: number;
}

interface Trap {
  readonly matches: FrameMatch;
  /** A frame has matched; what came before it may still be on its way. */
  sprung: boolean;
  readonly caught: (held: HeldFrame) => void;
  readonly failed: (reason: Error) => void;
}

/**
 * A link to a broker that knows AMQP 0-9-1: what one process and the broker say can be listened to, and be held between two
 * frames. A frame passes as a whole: its first bytes wait for its last.
 */
export class AmqpLink extends Link {
  /** The oldest first. */
  private readonly traps = new Set<Trap>();
  private readonly listeners = new Set<(frame: AmqpFrame) => void>();

  static override async open(targetUrl: string): Promise<AmqpLink> {
    return new AmqpLink(new URL(targetUrl)).listen();
  }

  /**
   * Holds the next frame that matches, and that one alone; where several holds match, the oldest has it. Resolves when the
   * frame has come and all before it has passed.
   *
   * @param matches asked about each frame until one matches, whichever else holds it: it may count
   * @throws Error where none comes in time or the link is closed; nothing is held after that
   */
  hold(matches: FrameMatch, { within = 30_000 }: HoldOptions = {}): Promise<HeldFrame> {
    const late = new Error(`Waited ${within} ms in vain for a frame to hold`);
    const holding = new Promise<HeldFrame>((resolve, reject) => {
      const settle =
        <T>(tell: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          this.traps.delete(trap);
          tell(value);
        };
      const trap: Trap = { matches, sprung: false, caught: settle(resolve), failed: settle(reject) };
      const timer = setTimeout(trap.failed, within, late);
      this.traps.add(trap);
    });
    holding.catch(() => undefined); // it may fail before anybody awaits it
    return holding;
  }

  /** Tells of each frame that has passed, either way. The listener must not throw. @returns a function that ends it */
  frames(listener: (frame: AmqpFrame) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  override async close(): Promise<void> {
    for (const trap of this.traps) trap.failed(new Error('The link was closed before a frame to hold came'));
    await super.close();
  }

  protected override passage(connection: LinkedConnection, direction: Direction): Passage {
    const splitter = new FrameSplitter(direction === 'to-service' ? 'to-broker' : 'from-broker', connection.number);
    return new FramePassage(splitter, {
      keeperOf: (frame) => this.keeperOf(frame, connection),
      passed: (frame) => this.listeners.forEach((listener) => listener(frame)),
    });
  }

  private keeperOf(frame: AmqpFrame, connection: LinkedConnection): (() => Promise<void>) | undefined {
    const [trap] = [...this.traps].filter(({ sprung, matches }) => !sprung && matches(frame));
    if (!trap) return undefined;
    trap.sprung = true;
    return async () => {
      if (!this.traps.has(trap)) return; // too late: nobody would release it
      await new Promise<void>((release) => trap.caught({ frame, release, drop: () => connection.reset() }));
    };
  }
}
