import { CaptioningClient } from '../../support/captioning-client.js';
import type { AmqpLink } from '../../support/network/amqp-link.js';
import type { Link } from '../../support/network/link.js';
import type { RunningApplication } from '../../support/setup-scripts.js';
import { until } from '../../support/until.js';
import { operatorToken, type Role } from './processes.js';
import { PublishCounter } from './publish-counter.js';

const readyWithinMs = 60_000;

/** One process of the product. It keeps its address and its doors to broker and database over restarts. */
export class Member {
  readonly client: CaptioningClient;

  private starting?: Promise<unknown>;

  private constructor(
    readonly role: Role,
    readonly name: string,
    /** Its own way to the broker. */
    readonly broker: AmqpLink,
    /** Its own way to the database; those that work on pictures have none. */
    readonly database: Link | undefined,
    readonly publishes: PublishCounter,
    private running: RunningApplication,
    private readonly launch: (port: number, readyPath?: string) => Promise<RunningApplication>,
  ) {
    this.client = new CaptioningClient(running.url, operatorToken);
  }

  /** @param launch starts the process; port 0 stands for any */
  static async start(
    role: Role,
    name: string,
    doors: { broker: AmqpLink; database?: Link },
    launch: (port: number, readyPath?: string) => Promise<RunningApplication>,
  ): Promise<Member> {
    // counts from the first channel on
    const publishes = new PublishCounter(doors.broker);
    return new Member(role, name, doors.broker, doors.database, publishes, await launch(0), launch);
  }

  get pid(): number {
    return this.running.pid;
  }

  get isRunning(): boolean {
    return this.running.isRunning();
  }

  /** One that is just being started is killed when it is ready: it may have taken a job before that. */
  async kill(): Promise<void> {
    await this.starting;
    await this.running.kill();
  }

  /** SIGTERM, and waits for its end. @returns whether it came to an end by itself: with exit code 0, or by the same signal again */
  async stop(): Promise<boolean> {
    const { code, signal } = await this.running.stop();
    return code === 0 || signal === 'SIGTERM';
  }

  freeze(): void {
    this.running.freeze();
  }

  thaw(): void {
    this.running.thaw();
  }

  /** Starts it again after its end; resolves when it is ready, or answers on `readyPath`. */
  async restart(readyPath?: string): Promise<void> {
    const launched = this.launch(Number(new URL(this.running.url).port), readyPath);
    this.starting = launched.catch(() => undefined);
    this.running = await launched;
  }

  async isReady(): Promise<boolean> {
    return this.isRunning && (await this.client.ready().catch(() => false));
  }

  untilReady(): Promise<unknown> {
    return until(`${this.name} is ready`, () => this.isReady(), { within: readyWithinMs });
  }

  async close(): Promise<void> {
    this.client.close();
    await this.kill();
    await Promise.all([this.broker.close(), this.database?.close()]);
  }
}
