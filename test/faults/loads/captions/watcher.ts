import type { CaptioningClient, Status } from '../../../support/captioning-client.js';

const readersAtOnce = 8;

/** What a client was told when it first saw an image listed. */
export interface Sighting {
  /** Of `performance.now()`. */
  at: number;
  /** Undefined where it was listed and could not be read: nobody must ever see that. */
  status?: Status;
}

/** Follows `GET /images` on every replica as a client would, and reads each image when it first appears. */
export class Watcher {
  readonly sightings = new Map<number, Sighting>();
  private readonly known: Set<number>;
  private readonly toRead: number[] = [];
  private readonly loops: Promise<void>[];
  private stopped = false;

  private constructor(
    private readonly clients: readonly CaptioningClient[],
    known: Iterable<number>,
    private readonly everyMs: number,
  ) {
    this.known = new Set(known);
    this.loops = [...clients.map((client) => this.follow(client)), ...this.readers()];
  }

  /** What is finished already is of no interest. @param everyMs between two looks at each replica's list */
  static async start(clients: readonly CaptioningClient[], everyMs = 200): Promise<Watcher> {
    const lists = await Promise.all(clients.map((client) => client.finishedIds()));
    return new Watcher(clients, lists.flat(), everyMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  private async follow(client: CaptioningClient): Promise<void> {
    while (!this.stopped) {
      const listed = await client.finishedIds().catch(() => []);
      for (const id of listed) this.notice(id);
      await new Promise((resolve) => setTimeout(resolve, this.everyMs));
    }
  }

  private notice(id: number): void {
    if (this.known.has(id)) return;
    this.known.add(id);
    this.sightings.set(id, { at: performance.now() });
    this.toRead.push(id);
  }

  private readers(): Promise<void>[] {
    return Array.from({ length: readersAtOnce }, (_, index) => this.read(this.clients[index % this.clients.length]!));
  }

  private async read(client: CaptioningClient): Promise<void> {
    while (!this.stopped || this.toRead.length > 0) {
      const id = this.toRead.shift();
      if (id === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const sighting = this.sightings.get(id);
      // while its replica is down the sighting stays without a status, and counts for nothing
      const status = await client.status(id).catch(() => undefined);
      if (sighting) sighting.status = status;
    }
  }
}
