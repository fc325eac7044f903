import amqp from 'amqplib';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { imagesExchange, topology } from '@ekphrasis/contracts';
import { BenchDatabase } from './bench-database.js';
import {
  findFreePort,
  repository,
  startApi,
  startChildProcess,
  startPrivatePostgres,
  startPrivateRabbitmq,
  type PrivatePostgres,
  type PrivateRabbitmq,
  type RunningApplication,
} from '../../support/setup-scripts.js';

const directory = join(repository, '.run', 'bench-api');

/** An API with a database of its own. */
export interface BenchApi extends RunningApplication {
  readonly database: BenchDatabase;
}

/** A private broker, a private PostgreSQL, and whatever a part of the benchmark starts beside them. */
export class Stage {
  private readonly running: RunningApplication[] = [];
  private readonly databases: BenchDatabase[] = [];
  private count = 0;

  private constructor(
    readonly broker: PrivateRabbitmq,
    private readonly postgres: PrivatePostgres,
  ) {}

  static async open(): Promise<Stage> {
    await rm(directory, { recursive: true, force: true });
    const [broker, postgres] = await Promise.all([
      startPrivateRabbitmq({ directory: join(directory, 'rabbitmq') }),
      startPrivatePostgres({ directory: join(directory, 'postgres') }),
    ]);
    return new Stage(broker, postgres);
  }

  async close(): Promise<void> {
    await this.stopApplications();
    await Promise.all(this.databases.map((database) => database.close()));
    await Promise.all([this.broker.stop(), this.postgres.stop()]);
    await rm(directory, { recursive: true, force: true });
    await rm(this.postgres.directory, { recursive: true, force: true });
  }

  /** Ends the APIs, workers and baselines that were started, and empties the broker's queues. */
  async stopApplications(): Promise<void> {
    await Promise.all(this.running.splice(0).map((application) => application.stop()));
    await this.emptyQueues();
  }

  async createDatabase(): Promise<BenchDatabase> {
    this.count += 1;
    const database = await BenchDatabase.create(this.postgres.url, `bench_${this.count}`);
    this.databases.push(database);
    return database;
  }

  /** The compiled API as it is shipped. */
  async startApi(
    given?: BenchDatabase,
    options: { port?: number; onLine?: (line: string) => void } = {},
  ): Promise<BenchApi> {
    const database = given ?? (await this.createDatabase());
    const name = `bench-api-${database.name}`;
    const application = await startApi({
      name,
      environment: this.environmentOf(database),
      logFile: options.onLine ? undefined : join(directory, `${name}.log`),
      ...options,
    });
    this.running.push(application);
    return { ...application, database };
  }

  /** The caption worker with a model and downloads that take no time. */
  async startNullWorker(database: BenchDatabase, settings: Record<string, string> = {}): Promise<RunningApplication> {
    return this.startEntry('null-worker', { ...this.environmentOf(database), ...settings }, '/health/ready');
  }

  /** The Nest route on Fastify that validates the same body and does nothing else. */
  async startBaseline(): Promise<RunningApplication> {
    return this.startEntry('baseline-server', {}, '/images', [200, 404]);
  }

  /** Forgets what waits in the broker, so that a long run does not fill it. */
  async emptyQueues(): Promise<void> {
    const connection = await amqp.connect(this.broker.url);
    const channel = await connection.createChannel();
    await channel.assertExchange(imagesExchange.name, imagesExchange.type, { durable: true });
    for (const queue of topology.queues) {
      await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
      await channel.purgeQueue(queue.name);
    }
    await connection.close();
  }

  private environmentOf(database: BenchDatabase): Record<string, string> {
    return {
      RABBITMQ_URL: this.broker.url,
      DATABASE_URL: database.url,
      DATA_DIR: join(directory, 'data', database.name),
      HOST: '127.0.0.1',
    };
  }

  private async startEntry(
    entry: string,
    environment: Record<string, string>,
    readyPath: string,
    readyStatuses: number[] = [200],
  ): Promise<RunningApplication> {
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}`;
    this.count += 1;
    const child = await startChildProcess({
      name: `bench-${entry}-${this.count}`,
      command: process.execPath,
      args: [join(__dirname, `${entry}.js`)],
      environment: { ...process.env, ...environment, PORT: String(port) },
      logFile: join(directory, `${entry}-${this.count}.log`),
      readyWithinMs: 60_000,
      isReady: async (signal) => {
        const response = await fetch(`${url}${readyPath}`, { signal });
        await response.body?.cancel();
        return readyStatuses.includes(response.status);
      },
    });
    const application = { ...child, url, adminUrl: url, portOf: () => port };
    this.running.push(application);
    return application;
  }
}
