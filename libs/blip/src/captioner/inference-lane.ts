import { join } from 'node:path';
import { ThreadClient } from '../threads/thread-client.js';
import type {
  CaptionBatch,
  InferenceCall,
  InferenceSettings,
  InferenceStatistics,
  PictureNews,
} from './inference-messages.js';
// named so that the compiler emits the thread's script, which nothing else imports
import type {} from './inference-thread.js';

/** One thread with its own sessions, running one batch at a time. */
export class InferenceLane {
  private readonly thread: ThreadClient<InferenceCall, InferenceStatistics | undefined>;

  constructor(settings: InferenceSettings) {
    this.thread = new ThreadClient(join(__dirname, 'inference-thread'), settings);
  }

  /** Loads the graphs. @throws BundleError's code and message */
  async load(): Promise<void> {
    await this.thread.call('load');
  }

  async caption(batch: CaptionBatch, onNews: (news: PictureNews) => void): Promise<InferenceStatistics> {
    const statistics = await this.thread.call(batch, {
      transfer: batch.pictures.map((pixels) => pixels.buffer),
      onNews: (news) => onNews(news as PictureNews),
    });
    return statistics!;
  }

  async close(): Promise<void> {
    await this.thread.close();
  }
}
