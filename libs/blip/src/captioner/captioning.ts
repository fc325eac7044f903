import type { FoundCaption } from '../generation/token-search.js';
import { fromFailure } from '../threads/thread-messages.js';
import type { WaitingPicture } from './batch-queue.js';
import type { InferenceLane } from './inference-lane.js';
import type { InferenceStatistics, PictureNews } from './inference-messages.js';

/** A caption in ids, with the milliseconds that its batch took. */
export interface FoundInBatch {
  found: FoundCaption;
  encode: number;
  generate: number;
}

/** A waiting picture, and whom to tell. */
export interface CaptioningPicture extends WaitingPicture {
  resolve: (found: FoundInBatch) => void;
  reject: (error: unknown) => void;
}

/** Runs a batch on a lane and tells every picture its end. Never rejects: what fails, fails the batch's pictures. */
export async function captionBatch(
  lane: InferenceLane,
  batch: readonly CaptioningPicture[],
  count: (statistics: InferenceStatistics) => void,
): Promise<void> {
  const cancelled = new Int32Array(new SharedArrayBuffer(4 * batch.length));
  batch.forEach(({ signal }, index) => {
    const cancel = (): void => void Atomics.store(cancelled, index, 1);
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
  });
  try {
    const { settings } = batch[0]!;
    const pictures = batch.map(({ pixels }) => pixels);
    count(await lane.caption({ pictures, settings, cancelled }, (news) => tell(batch[news.index]!, news)));
    // whoever heard nothing was cancelled
    for (const { reject, signal } of batch) reject(signal.reason);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

function tell(picture: CaptioningPicture, news: PictureNews): void {
  if ('failure' in news) picture.reject(fromFailure(news.failure));
  else picture.resolve(news);
}
