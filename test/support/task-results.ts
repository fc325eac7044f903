import { connect } from 'amqplib';
import { until } from './until.js';

/** A result as `GET /api/results` has it. */
export interface TaskResult {
  id: number;
  message: string;
  kind: string;
  result: string | null;
  error: string | null;
  created_at: string;
}

/** Reads the results of `task_queue` from the page's API, and sends to the queue as its clients do, who give no ids. */
export class TaskResults {
  constructor(
    private readonly pageUrl: string,
    private readonly brokerUrl: string,
  ) {}

  async send(messages: readonly (string | Buffer)[]): Promise<void> {
    const connection = await connect(this.brokerUrl, { noDelay: true });
    try {
      const channel = await connection.createConfirmChannel();
      await channel.assertQueue('task_queue', { durable: true });
      for (const message of messages) channel.sendToQueue('task_queue', Buffer.from(message), { persistent: true });
      await channel.waitForConfirms();
    } finally {
      await connection.close();
    }
  }

  /** Messages that wait in the queue; what a consumer holds is not counted. */
  async waiting(): Promise<number> {
    const connection = await connect(this.brokerUrl);
    try {
      const channel = await connection.createChannel();
      return (await channel.checkQueue('task_queue')).messageCount;
    } finally {
      await connection.close();
    }
  }

  /** All after this one, page by page. */
  async after(id: number): Promise<TaskResult[]> {
    const answer = await fetch(`${this.pageUrl}/api/results?after=${id}&limit=1000`);
    if (!answer.ok) throw new Error(`GET /api/results: ${answer.status} ${await answer.text()}`);
    const { results } = (await answer.json()) as { results: TaskResult[] };
    const last = results.at(-1);
    return last && results.length === 1_000 ? [...results, ...(await this.after(last.id))] : results;
  }

  /** The last id that there is; 0 where there is none. */
  async last(): Promise<number> {
    return (await this.after(0)).at(-1)?.id ?? 0;
  }

  /** Those after `id`, once there are so many. */
  async untilThereAre(count: number, after: number, within = 60_000): Promise<TaskResult[]> {
    const what = `${count} results are there`;
    return until(
      what,
      async () => {
        const found = await this.after(after);
        return found.length >= count && found;
      },
      { within, every: 100 },
    );
  }
}
