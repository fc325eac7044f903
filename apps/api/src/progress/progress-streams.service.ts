import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { Gauge } from 'prom-client';
import { ImageChanges } from '@ekphrasis/images';
import { Registry } from '@ekphrasis/observability';
import { ConnectionDraining } from '@ekphrasis/service';
import { ApiSettings } from '../api.settings.js';
import { eventText } from './event-text.js';
import { ProgressStream } from './progress-stream.js';
import { TooManyStreamsError } from './progress.errors.js';

const heartbeatMs = 15_000;

/** Streams of server-sent events that follow images until they are described or failed. */
@Injectable()
export class ProgressStreams {
  private count = 0;

  constructor(
    private readonly changes: ImageChanges,
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
    const stream = new ProgressStream((signal) => this.events(ids, signal));
    this.count += 1;
    const ending = this.draining.begun.subscribe(() => stream.finish());
    stream.once('close', () => {
      ending.unsubscribe();
      this.count -= 1;
    });
    return stream;
  }

  private async *events(ids: ReadonlySet<number>, signal: AbortSignal): AsyncGenerator<string> {
    for await (const states of this.changes.follow(ids, heartbeatMs, signal)) {
      yield states.length === 0 ? eventText('heartbeat') : states.map(({ json }) => eventText('status', json)).join('');
    }
    if (!signal.aborted) yield eventText('done');
  }
}
