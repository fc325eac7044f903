import amqp from 'amqplib';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptioningClient } from '../../support/captioning-client.js';
import { startPrivateServices, type OnStop } from '../../support/private-services.js';
import { processorSecondsOf } from '../../support/process-group.js';
import { applicationsOf } from '../../support/provide-version.js';
import type { RunningApplication } from '../../support/setup-scripts.js';
import { until } from '../../support/until.js';

/** One version of the product, started by its own scripts, on services of its own. */
export class RunningVersion {
  private worker?: RunningApplication;

  private constructor(
    readonly api: RunningApplication,
    readonly client: CaptioningClient,
    private readonly brokerUrl: string,
    private readonly launchWorker: () => Promise<RunningApplication>,
    private readonly undoing: (() => Promise<unknown>)[],
  ) {}

  /** @param directory the version's tree, built */
  static async start(name: string, directory: string): Promise<RunningVersion> {
    const undoing: (() => Promise<unknown>)[] = [];
    try {
      const own = applicationsOf(directory);
      const onStop: OnStop = (stop) => undoing.push(stop);
      const dataDirectory = await mkdtemp(join(tmpdir(), 'ekphrasis-data-'));
      onStop(() => rm(dataDirectory, { recursive: true, force: true }));
      const { broker, database } = await startPrivateServices(onStop);
      const environment = {
        RABBITMQ_URL: broker.url,
        DATABASE_URL: database.url,
        DATA_DIR: dataDirectory,
        FETCH_ALLOWED_NETWORKS: '127.0.0.0/8',
        LOG_LEVEL: 'warn',
      };
      const launch = async (app: 'startApi' | 'startCaptionWorker'): Promise<RunningApplication> => {
        const application = await own[app]({ name: `bench-beside-${name}-${app}`, environment });
        undoing.push(() => application.stop());
        return application;
      };
      const api = await launch('startApi');
      const client = new CaptioningClient(api.url);
      undoing.push(async () => client.close());
      return new RunningVersion(api, client, broker.url, () => launch('startCaptionWorker'), undoing);
    } catch (error) {
      await undo(undoing);
      throw error;
    }
  }

  async startWorker(): Promise<void> {
    this.worker ??= await this.launchWorker();
  }

  /** What the process, its threads and its child processes have used until now. */
  processorSeconds(kind: 'api' | 'worker'): number {
    const application = kind === 'api' ? this.api : this.worker;
    return application ? processorSecondsOf(application.pid) : NaN;
  }

  /** Resolves when all that was accepted is with the broker. */
  async relayed(): Promise<void> {
    const isRelayed = async (): Promise<boolean> => (await this.client.metric('ekphrasis_outbox_messages')) === 0;
    await until('all is relayed', isRelayed, { within: 120_000 });
  }

  /** Forgets the jobs in the broker, so that a long run does not fill it. */
  async purgeJobs(): Promise<void> {
    const connection = await amqp.connect(this.brokerUrl);
    const channel = await connection.createChannel();
    await channel.purgeQueue('caption.jobs');
    await connection.close();
  }

  stop(): Promise<void> {
    return undo(this.undoing);
  }
}

async function undo(undoing: (() => Promise<unknown>)[]): Promise<void> {
  for (const each of undoing.splice(0).reverse()) await each();
}
