import type { WaitingPicture } from './batch-queue.js';
import type { InferenceLane } from './inference-lane.js';
import type { InferenceStatistics, PictureNews } from './inference-messages.js';

/** A waiting picture, and whom to tell. */
export interface CaptioningPicture extends WaitingPicture {
  resolve: (news: PictureNews) => void;
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
    count(await lane.caption({ pictures, settings, cancelled }, (news) => batch[news.index]!.resolve(news)));
    // whoever heard nothing was cancelled
    for (const { reject, signal } of batch) reject(signal.reason);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
