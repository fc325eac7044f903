import type { CaptioningClient } from './captioning-client.js';

export interface LoadReport {
  /** Ids that the API answered with 200, in the order of the answers. */
  accepted: number[];
  /** Every other answer: its status, or the reason why there was none. */
  refused: string[];
  /** The longest that any answer took, in milliseconds. */
  slowest: number;
}

/** Clients that post one picture after the other, each as soon as its last one is answered, until they are stopped. */
export class SteadyLoad {
  readonly report: LoadReport = { accepted: [], refused: [], slowest: 0 };
  private stopped = false;
  private readonly clients: Promise<unknown>;

  constructor(
    private readonly client: CaptioningClient,
    private readonly imageUrl: string,
    clients: number,
  ) {
    this.clients = Promise.all(Array.from({ length: clients }, () => this.post()));
  }

  async stop(): Promise<LoadReport> {
    this.stopped = true;
    await this.clients;
    return this.report;
  }

  private async post(): Promise<void> {
    while (!this.stopped) {
      try {
        const answer = await this.client.postJson('/images', { image_url: this.imageUrl });
        this.report.slowest = Math.max(this.report.slowest, answer.milliseconds);
        if (answer.status === 200) this.report.accepted.push(answer.json.image_id);
        else this.report.refused.push(String(answer.status));
      } catch (error) {
        this.report.refused.push((error as NodeJS.ErrnoException).code ?? (error as Error).message);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
