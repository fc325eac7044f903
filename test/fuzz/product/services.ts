import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startApi,
  startCaptionWorker,
  startPrivatePostgres,
  startPrivateRabbitmq,
  type RunningApplication,
} from '../../support/setup-scripts.js';

/** A broker, a database and a directory of the run's own, and the compiled product on them. */
export class Services {
  private readonly undoing: (() => Promise<unknown>)[] = [];
  private environment: Record<string, string> = {};
  private workers = 0;

  /** @param environment for API and workers */
  static async start(environment: Record<string, string>): Promise<Services> {
    const services = new Services();
    try {
      await services.open(environment);
      return services;
    } catch (error) {
      await services.stop();
      throw error;
    }
  }

  startApi(): Promise<RunningApplication> {
    return this.running(startApi({ name: 'fuzz-api', environment: this.environment }));
  }

  startWorker(): Promise<RunningApplication> {
    this.workers += 1;
    return this.running(startCaptionWorker({ name: `fuzz-worker-${this.workers}`, environment: this.environment }));
  }

  /** Ends everything that was started, the last first. */
  async stop(): Promise<void> {
    for (const undo of this.undoing.splice(0).reverse()) {
      await undo().catch((error: Error) => console.error(`While stopping: ${error.message}`));
    }
  }

  private async open(environment: Record<string, string>): Promise<void> {
    const root = await mkdtemp(join(tmpdir(), 'ekphrasis-fuzz-'));
    this.undoing.push(() => rm(root, { recursive: true, force: true }));
    const broker = await startPrivateRabbitmq({ directory: join(root, 'rabbitmq') });
    this.undoing.push(() => broker.kill().then(() => broker.stop()));
    const database = await startPrivatePostgres({ directory: join(root, 'postgres') });
    this.undoing.push(() => rm(database.directory, { recursive: true, force: true }));
    this.undoing.push(() => database.kill());
    // jobs rest for 200 ms between their attempts instead of up to a minute: of two limits the broker takes the lower
    const rests = ['^caption\\.jobs\\.retry\\.', JSON.stringify({ 'message-ttl': 200 })];
    await broker.control('set_policy', '--apply-to', 'queues', 'short-rests', ...rests);
    this.environment = {
      RABBITMQ_URL: broker.url,
      DATABASE_URL: database.url,
      DATA_DIR: join(root, 'data'),
      HOST: '127.0.0.1',
      CAPTION_THREADS: '1',
      ...environment,
    };
  }

  private async running(start: Promise<RunningApplication>): Promise<RunningApplication> {
    const application = await start;
    this.undoing.push(() => application.stop());
    return application;
  }
}
