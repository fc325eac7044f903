import { TaskResults, type TaskResult } from '../../../support/task-results.js';
import type { TestedSystem } from '../../system/tested-system.js';
import { AmqpClient } from '../clients/amqp-client.js';
import type { Entry } from '../entries.js';
import { EntryLoad } from '../entry-load.js';
import type { Load, LoadResult } from '../load.js';
import { Pace } from '../pace.js';
import { messageVerdictOf } from './message-verdict.js';

/** A message that was sent to `task_queue`. */
export interface MessageEntry extends Entry {
  readonly message: string;
  readonly kind: TaskResult['kind'];
  /** What its result may be; undefined where it gets an error. */
  readonly result?: RegExp;
}

const lookEveryMs = 300;

/** Each message is another than all others, so that a result tells whose it is. */
const kinds: readonly ((name: string) => Pick<MessageEntry, 'message' | 'kind' | 'result'>)[] = [
  (name) => ({ message: `text:${name}`, kind: 'text', result: new RegExp(`: ${name.toUpperCase()}$`) }),
  (name) => ({ message: name, kind: 'ab', result: /^[AB]$/ }),
  (name) => ({ message: `freq:${name}${'щ'.repeat(60)}`, kind: 'freq', result: /^щ$/ }),
  (name) => ({ message: `fact:${name}`, kind: 'fact' }),
];

/** Clients that send messages to `task_queue`, give them no ids, and look for the results on the page. */
export class MessageLoad extends EntryLoad<MessageEntry> implements Load {
  readonly kind = 'messages';
  readonly perSecond = 6;
  private readonly byMessage = new Map<string, MessageEntry>();
  private readonly results: TaskResult[] = [];
  protected readonly pace: Pace;
  private readonly watching: Promise<void>;
  private isStopped = false;

  private constructor(
    private readonly name: string,
    private readonly client: AmqpClient,
    private readonly page: TaskResults,
    private last: number,
  ) {
    super('messages');
    this.pace = new Pace(this.perSecond, (number) => this.send(number));
    this.watching = this.watch();
  }

  static async start(system: TestedSystem, name: string): Promise<MessageLoad> {
    const [service] = system.inRole('message-service');
    const page = new TaskResults(service.client.url, system.broker.url);
    return new MessageLoad(name, await AmqpClient.open(system.broker.url), page, await page.last());
  }

  async judge(): Promise<{ result: LoadResult; findings: string[] }> {
    this.isStopped = true;
    await this.watching;
    await this.client.close();
    this.take(await this.page.after(this.last));
    const { answerMs, endedMs } = this.entries;
    const own = this.results.filter(({ message }) => message.includes(this.name));
    return {
      result: { ...messageVerdictOf(this.entries.all, own), kind: this.kind, answerMs, endedMs },
      findings: [],
    };
  }

  private async send(number: number): Promise<void> {
    const given = kinds[number % kinds.length]!(`${this.name}-${number}`);
    const entry: MessageEntry = { ...given, sentAt: performance.now(), isAccepted: false };
    this.entries.all.push(entry);
    this.byMessage.set(entry.message, entry);
    try {
      await this.client.publish('', 'task_queue', entry.message, {});
      entry.isAccepted = true;
    } catch (error) {
      entry.refusal = (error as Error).message;
    }
    entry.answeredAt = performance.now();
  }

  private async watch(): Promise<void> {
    while (!this.isStopped) {
      this.take(await this.page.after(this.last).catch(() => []));
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  private take(results: readonly TaskResult[]): void {
    for (const result of results) {
      this.last = Math.max(this.last, result.id);
      this.results.push(result);
      const entry = this.byMessage.get(result.message);
      if (entry) entry.endedAt ??= performance.now();
    }
  }
}
