import type { ServerWritableStream } from '@grpc/grpc-js';
import { Injectable } from '@nestjs/common';
import { once } from 'node:events';
import { Observable } from 'rxjs';
import type { ImageMessage, WatchRequest } from '@ekphrasis/contracts';
import { InvalidRequestError } from '@ekphrasis/errors';
import { ImageChanges, ImageNotFoundError, ImageStatusRepository } from '@ekphrasis/images';
import { ConnectionDraining } from '@ekphrasis/service';
import { MessageServiceSettings } from '../message-service.settings.js';
import { ShuttingDownError, TooManyWatchesError } from './captioning.errors.js';
import { imageMessage } from './image-message.js';

const mostIds = 1_000;
/** How often a stream without news is looked after. */
const idleMs = 60_000;

type WatchCall = ServerWritableStream<WatchRequest, ImageMessage>;

/**
 * The streams of `Watch`. What a client has not taken is not read yet: however slow it is, it costs one batch of images, and gets the
 * newest state of each when it comes to it.
 *
 * State machine: open -> (all images are final) ended; open -> (the client cancels, or the database fails at first) ended;
 * open -> (the process is told to end) UNAVAILABLE, so that the client watches at another one
 */
@Injectable()
export class ImageWatches {
  private count = 0;

  constructor(
    private readonly changes: ImageChanges,
    private readonly images: ImageStatusRepository,
    private readonly draining: ConnectionDraining,
    private readonly settings: MessageServiceSettings,
  ) {}

  /**
   * @param call where images are written; its status is what the observable ends with
   * @throws {InvalidRequestError} {@link ImageNotFoundError} for what is another client's, too; {@link TooManyWatchesError}
   */
  async open(imageIds: readonly number[], clientId: string | undefined, call: WatchCall): Promise<Observable<never>> {
    const ids = new Set(imageIds);
    if (ids.size === 0 || ids.size > mostIds) {
      throw new InvalidRequestError([`Expected 1 to ${mostIds} ids for image_ids but received ${ids.size}`]);
    }
    if (this.count >= this.settings.EVENT_STREAMS_MAX) throw new TooManyWatchesError();
    await this.requireAll(ids, clientId);
    return new Observable((subscriber) => {
      const ended = new AbortController();
      this.count += 1;
      const drained = this.draining.begun.subscribe(() => subscriber.error(new ShuttingDownError()));
      this.write(ids, clientId, call, ended.signal).then(
        () => subscriber.complete(),
        (error: unknown) => subscriber.error(error),
      );
      return () => {
        this.count -= 1;
        ended.abort();
        drained.unsubscribe();
      };
    });
  }

  private async requireAll(ids: ReadonlySet<number>, clientId: string | undefined): Promise<void> {
    const asked = [...ids].filter((id) => Number.isSafeInteger(id));
    const found = await this.images.findIds(asked, clientId);
    const missing = [...ids].find((id) => !found.has(id));
    if (missing !== undefined) throw new ImageNotFoundError(`No image has the id ${missing}`);
  }

  private async write(
    ids: ReadonlySet<number>,
    clientId: string | undefined,
    call: WatchCall,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const states of this.changes.follow(ids, idleMs, signal, clientId)) {
      for (const { view } of states) {
        if (signal.aborted) return;
        if (!call.write(imageMessage(view))) await once(call, 'drain', { signal });
      }
    }
  }
}
