import type { ConsumeMessage } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { TaskClient, type Answer } from './task-client.js';
import { until } from './until.js';

const connections = 4;

interface Asked {
  readonly title: string;
  readonly body: string;
  /** Every answer that came, as it came. */
  readonly answers: string[];
  answered: () => void;
}

/** Many `create_task` requests of one user over several connections, each with an id of the client's under which it can be sent again. */
export class TaskLoad {
  private clients: TaskClient[] = [];
  private readonly asked = new Map<string, Asked>();

  private constructor(
    private readonly brokerUrl: string,
    readonly auth: string,
  ) {}

  static async open(brokerUrl: string): Promise<TaskLoad> {
    const client = await TaskClient.open(brokerUrl);
    const load = new TaskLoad(brokerUrl, await client.logIn());
    await client.close();
    await load.connect();
    return load;
  }

  /** Sends `count` requests, `outstanding` at once. Resolves when each has an answer. */
  async run(count: number, outstanding = 64): Promise<void> {
    let left = count;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.ask();
      }
    };
    await Promise.all(Array.from({ length: outstanding }, lane));
  }

  /** How many requests have an answer. */
  get answered(): number {
    return [...this.asked.values()].filter(({ answers }) => answers.length > 0).length;
  }

  untilAnswered(count: number): Promise<true> {
    return until(`${count} requests are answered`, () => this.answered >= count, { within: 60_000 });
  }

  /** Sends all that have no answer again, each under its id and over another connection than before. */
  sendAgain(): void {
    for (const [id, { answers }] of this.asked) if (answers.length === 0) this.publish(id);
  }

  /** Sends what was given up again, and waits until it is done. @returns how many requests that were */
  async sendGivenUpAgain(): Promise<number> {
    const givenUp = [...this.asked].filter(([, { answers }]) => !answers.some(isOk));
    for (const [id] of givenUp) this.publish(id);
    await until('they are done', () => givenUp.every(([, { answers }]) => answers.some(isOk)));
    return givenUp.length;
  }

  /** Goes on over new connections. */
  async connect(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    this.clients = await until('the broker takes connections', () =>
      Promise.all(
        Array.from({ length: connections }, () =>
          TaskClient.open(this.brokerUrl, undefined, (message) => this.take(message)),
        ),
      ),
    );
  }

  /** The texts of those answers that say ok, by request, each once: one for each request where all is well. */
  different(): string[][] {
    return [...this.asked.values()].map(({ answers }) => [...new Set(answers.filter(isOk))]);
  }

  /** How many answers came in all. */
  get answers(): number {
    return [...this.asked.values()].reduce((sum, { answers }) => sum + answers.length, 0);
  }

  /** The titles that were asked for, in alphabetical order. */
  get titles(): string[] {
    return [...this.asked.values()].map(({ title }) => title).sort();
  }

  /** Every task that the user has. */
  async tasks(): Promise<{ id: string; title: string }[]> {
    const { data } = await this.clients[0]!.ask('list_tasks', {}, { auth: this.auth });
    return data as { id: string; title: string }[];
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private ask(): Promise<void> {
    const id = randomUUID();
    const title = `task ${this.asked.size}`;
    const body = JSON.stringify({ id, version: 'v1', action: 'create_task', data: { title }, auth: this.auth });
    return new Promise((answered) => {
      this.asked.set(id, { title, body, answers: [], answered });
      this.publish(id);
    });
  }

  private publish(id: string): void {
    const client = this.clients.shift()!;
    this.clients.push(client);
    try {
      client.publish(this.asked.get(id)!.body, { correlationId: id });
    } catch {
      // its connection is gone; it is sent again over another one
    }
  }

  private take({ content, properties }: ConsumeMessage): void {
    const asked = this.asked.get(String(properties.correlationId));
    asked?.answers.push(content.toString());
    asked?.answered();
  }
}

function isOk(answer: string): boolean {
  return (JSON.parse(answer) as Answer).status === 'ok';
}
