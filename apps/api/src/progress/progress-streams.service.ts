import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Gauge } from 'prom-client';
import { Registry } from '@ekphrasis/observability';
import { ConnectionDraining } from '@ekphrasis/service';
import { ApiSettings } from '../api.settings.js';
import { FollowedImages } from './followed-images.js';
import { ImageProgress } from './image-progress.js';
import { eventText } from './image-state.js';
import { ProgressStream } from './progress-stream.js';
import { TooManyStreamsError } from './progress.errors.js';
import { StatusReader } from './status-reader.js';

const heartbeatMs = 15_000;
const retryMs = 1_000;

/** Streams of server-sent events that follow images until they are described or failed. */
@Injectable()
export class ProgressStreams {
  private count = 0;

  constructor(
    private readonly progress: ImageProgress,
    private readonly reader: StatusReader,
    private readonly draining: ConnectionDraining,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'EVENT_STREAMS_MAX'>,
    registry: Registry,
  ) {
    const read = (): number => this.count;
    new Gauge({
      name: 'ekphrasis_event_streams',
      help: 'Event streams that are open',
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }

  /**
   * A `status` event for each image now, and again whenever it changes, its newest state where it changes faster than is read; a
   * `done` event and the end once all are final or unknown; a `heartbeat` now and then, so that no proxy takes the connection
   * for dead. It ends without `done` when the process shuts down: the client should come again. It fails where the database
   * cannot be read at first; later that is tried again.
   * @throws {TooManyStreamsError}
   */
  open(ids: ReadonlySet<number>): Readable {
    if (this.count >= this.settings.EVENT_STREAMS_MAX) throw new TooManyStreamsError();
    const followed = new FollowedImages(ids);
    const stream = new ProgressStream((signal) => this.events(followed, signal));
    this.count += 1;
    // listening before reading: a change in between is read twice rather than never
    this.progress.follow(followed);
    const ending = this.draining.begun.subscribe(() => stream.finish());
    stream.once('close', () => {
      ending.unsubscribe();
      this.progress.unfollow(followed, ids);
      this.count -= 1;
    });
    return stream;
  }

  private async *events(followed: FollowedImages, signal: AbortSignal): AsyncGenerator<string> {
    let hasBegun = false;
    while (followed.size > 0) {
      const isChanged = await followed.changedWithin(heartbeatMs, signal);
      if (signal.aborted) return;
      if (!isChanged) {
        yield eventText('heartbeat');
        continue;
      }
      const known = followed.takeChanged();
      try {
        const events = followed.tell(await this.reader.read(known));
        hasBegun = true;
        if (events !== '') yield events;
      } catch (error) {
        if (!hasBegun) throw error;
        for (const id of known.keys()) followed.mark(id);
        await pause(retryMs, undefined, { ref: false });
      }
    }
    yield eventText('done');
  }
}
