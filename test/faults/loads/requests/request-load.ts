import { randomUUID } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import type { Answer } from '../../../support/task-client.js';
import { until } from '../../../support/until.js';
import type { TestedSystem } from '../../system/tested-system.js';
import { AmqpClient } from '../clients/amqp-client.js';
import type { Entry } from '../entries.js';
import { EntryLoad } from '../entry-load.js';
import type { Load, LoadResult } from '../load.js';
import { Pace } from '../pace.js';
import { requestVerdictOf, type ListedTask } from './request-verdict.js';

/** A task that a client asked for over AMQP. */
export interface RequestEntry extends Entry {
  readonly id: string;
  readonly title: string;
  /** Every answer that came, as it was. */
  readonly answers: string[];
}

const answerWithinMs = 10_000;
const repeatEveryMs = 2_000;

/** A user who asks for tasks by `create_task`, and asks again, with the same ids, for what was not answered. */
export class RequestLoad extends EntryLoad<RequestEntry> implements Load {
  readonly kind = 'requests';
  readonly perSecond = 6;
  private readonly waiting = new Map<string, (answer: string) => void>();
  private client!: AmqpClient;
  private token = '';
  protected pace!: Pace;

  private constructor(private readonly name: string) {
    super('tasks');
  }

  static async start(system: TestedSystem, name: string): Promise<RequestLoad> {
    const load = new RequestLoad(name);
    load.client = await AmqpClient.open(system.broker.url, (message) => load.take(message));
    const email = `${randomUUID()}@example.com`;
    await load.ask('register', { email, password: 'correct horse', full_name: name });
    const { data } = await load.ask('login', { email, password: 'correct horse' });
    load.token = (data as { access_token: string }).access_token;
    load.pace = new Pace(load.perSecond, (number) => load.create(number));
    return load;
  }

  /** Where answers come now. */
  get replyTo(): string | undefined {
    return this.client.replyTo;
  }

  override async settle(within: number): Promise<void> {
    const asked = [...this.entries.all];
    await until('the first try of each is over', () => asked.every(({ answeredAt }) => answeredAt !== undefined));
    const unanswered = asked.filter(({ isAccepted }) => !isAccepted);
    await Promise.all(
      unanswered.map((entry) =>
        until(`${entry.title} is answered`, () => this.send(entry, repeatEveryMs), { within, every: repeatEveryMs }),
      ),
    );
  }

  /** Each is asked for once more: a repeated request has no second effect, and the answer that it had. */
  async judge(): Promise<{ result: LoadResult; findings: string[] }> {
    for (const entry of this.entries.accepted) await this.send(entry, answerWithinMs);
    const { data } = await this.ask('list_tasks', {});
    await this.client.close();
    const { answerMs, endedMs } = this.entries;
    const verdict = requestVerdictOf(this.entries.all, data as ListedTask[]);
    return { result: { ...verdict, kind: this.kind, answerMs, endedMs }, findings: [] };
  }

  private async create(number: number): Promise<void> {
    const title = `${this.name}-${number}`;
    const entry: RequestEntry = {
      id: randomUUID(),
      title,
      answers: [],
      sentAt: performance.now(),
      isAccepted: false,
    };
    this.entries.all.push(entry);
    const isAnswered = await this.send(entry, answerWithinMs);
    entry.answeredAt = performance.now();
    if (!isAnswered) entry.refusal = 'no answer';
  }

  /** @returns whether there was an answer in time */
  private async send(entry: RequestEntry, within: number): Promise<boolean> {
    const answer = await this.exchange(entry.id, 'create_task', { title: entry.title }, within).catch(() => undefined);
    if (answer === undefined) return false;
    if ((JSON.parse(answer) as Answer).status === 'ok' && !entry.isAccepted) {
      entry.isAccepted = true;
      entry.endedAt = performance.now();
    }
    return true;
  }

  /** An answer to what is sent while everything runs. */
  private async ask(action: string, data: object): Promise<Answer> {
    return JSON.parse(await this.exchange(randomUUID(), action, data, 3 * answerWithinMs)) as Answer;
  }

  private async exchange(id: string, action: string, data: object, within: number): Promise<string> {
    const { replyTo } = this.client;
    const body = JSON.stringify({ id, version: 'v1', action, data, auth: this.token });
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<string>((resolve, reject) => {
      this.waiting.set(id, resolve);
      timer = setTimeout(() => reject(new Error(`${action}: no answer in ${within} ms`)), within);
    });
    try {
      const sent = this.client.publish('api.direct', 'api.requests', body, { correlationId: id, replyTo });
      return await Promise.race([answered, sent.then(() => answered)]);
    } finally {
      clearTimeout(timer);
      this.waiting.delete(id);
    }
  }

  private take({ properties, content }: ConsumeMessage): void {
    const answer = content.toString();
    const id = String(properties.correlationId);
    this.entries.all.find((entry) => entry.id === id)?.answers.push(answer);
    this.waiting.get(id)?.(answer);
  }
}
