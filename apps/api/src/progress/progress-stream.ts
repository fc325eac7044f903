import { Injectable, type MessageEvent } from '@nestjs/common';
import { concatMap, from, interval, map, merge, of, takeUntil, takeWhile, type Observable } from 'rxjs';
import { imageStatusView, type ImageStatusView } from '../images/image-status.js';
import { ImagesRepository } from '../images/images.repository.js';
import { Departure } from '../shutdown/departure.js';
import { ImageProgress, type ChangedIds } from './image-progress.js';

const heartbeatMs = 15_000;

/** Follows images until they are described or failed. */
@Injectable()
export class ProgressStream {
  constructor(
    private readonly progress: ImageProgress,
    private readonly repository: ImagesRepository,
    private readonly departure: Departure,
  ) {}

  /**
   * A `status` event for each image now, and again whenever it changes; a `done` event and the end once all are final or
   * unknown; a `heartbeat` now and then, so that no proxy takes the connection for dead. It ends without `done` when the
   * process shuts down: the client should come again.
   */
  watch(ids: ReadonlySet<number>): Observable<MessageEvent> {
    const pending = new Set(ids);
    // listening before reading: a change in between is read twice rather than never
    const everything: Observable<ChangedIds> = of(undefined);
    const statuses = merge(this.progress.changes, everything).pipe(
      map((changed) => (changed ?? [...pending]).filter((id) => pending.has(id))),
      concatMap((changed) => (changed.length > 0 ? this.read(changed, pending) : Promise.resolve([]))),
      concatMap((events) => from(events)),
    );
    const heartbeats = interval(heartbeatMs).pipe(map((): MessageEvent => ({ type: 'heartbeat', data: '' })));
    return merge(statuses, heartbeats).pipe(
      takeWhile(({ type }) => type !== 'done', true),
      takeUntil(this.departure.begun),
    );
  }

  private async read(ids: number[], pending: Set<number>): Promise<MessageEvent[]> {
    const views = (await this.repository.find(ids)).map(imageStatusView);
    const unfinished = new Set(views.filter((view) => !isFinal(view)).map(({ imageId }) => imageId));
    for (const id of ids) if (!unfinished.has(id)) pending.delete(id);
    const events: MessageEvent[] = views.map((view) => ({ type: 'status', data: view }));
    return pending.size > 0 ? events : [...events, { type: 'done', data: '' }];
  }
}

function isFinal({ status }: ImageStatusView): boolean {
  return status === 'described' || status === 'failed';
}
