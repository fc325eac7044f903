import { setTimeout as pause } from 'node:timers/promises';
import type { CaptioningClient, Status } from '../../support/captioning-client.js';

interface Followed {
  since: number;
  ended: (status: Status | undefined) => void;
}

/** A picture that many slow ones stand before may wait for them. */
const endWithinMs = 180_000;
const atOnce = 48;

/** Asks again and again what became of accepted pictures. */
export class Follower {
  private readonly followed = new Map<number, Followed>();
  private stopped = false;
  private readonly asking: Promise<void>;

  constructor(private readonly client: CaptioningClient) {
    this.asking = this.ask();
  }

  /** How many have not ended. */
  get waiting(): number {
    return this.followed.size;
  }

  /** Resolves with the final status, or with undefined where it does not end in three minutes. */
  follow(imageId: number): Promise<Status | undefined> {
    return new Promise((ended) => this.followed.set(imageId, { since: performance.now(), ended }));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.asking;
  }

  private async ask(): Promise<void> {
    while (!this.stopped) {
      const some = [...this.followed].slice(0, atOnce);
      await Promise.all(some.map(([imageId, followed]) => this.askFor(imageId, followed)));
      // those that did not end stand behind the others now
      await pause(100);
    }
  }

  private async askFor(imageId: number, { since, ended }: Followed): Promise<void> {
    const status = await this.client.status(imageId).catch(() => undefined);
    const isFinal = status?.status === 'described' || status?.status === 'failed';
    const isOver = performance.now() - since > endWithinMs;
    this.followed.delete(imageId);
    if (isFinal || isOver) ended(isFinal ? status : undefined);
    else this.followed.set(imageId, { since, ended });
  }
}
