import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { Gauge } from 'prom-client';
import { Registry } from '@ekphrasis/observability';
import { ConnectionDraining } from '@ekphrasis/service';
import { ApiSettings } from '../api.settings.js';
import { eventText } from './event-text.js';
import { ProgressStream } from './progress-stream.js';
import { TooManyStreamsError } from './progress.errors.js';

const heartbeatMs = 15_000;

/** The states of what a stream follows: those that have changed, one after the other, none where nothing has for a while; it ends when all are final. */
export type Following = (heartbeatMs: number, signal: AbortSignal) => AsyncIterable<readonly { json: string }[]>;

/** Streams of server-sent events that follow images, or processing jobs, until they have ended. */
@Injectable()
export class ProgressStreams {
  private count = 0;

  constructor(
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
   * A `status` event for each of them now, and again whenever it changes, its newest state where it changes faster than is read; a
   * `done` event and the end once all are final or unknown; a `heartbeat` now and then, so that no proxy takes the connection
   * for dead. It ends without `done` when the process shuts down: the client should come again. It fails where the database
   * cannot be read at first; later that is tried again.
   * @throws {TooManyStreamsError}
   */
  open(following: Following): Readable {
    if (this.count >= this.settings.EVENT_STREAMS_MAX) throw new TooManyStreamsError();
    const stream = new ProgressStream((signal) => this.events(following, signal));
    this.count += 1;
    const ending = this.draining.begun.subscribe(() => stream.finish());
    stream.once('close', () => {
      ending.unsubscribe();
      this.count -= 1;
    });
    return stream;
  }

  private async *events(following: Following, signal: AbortSignal): AsyncGenerator<string> {
    for await (const states of following(heartbeatMs, signal)) {
      yield states.length === 0 ? eventText('heartbeat') : states.map(({ json }) => eventText('status', json)).join('');
    }
    if (!signal.aborted) yield eventText('done');
  }
}
