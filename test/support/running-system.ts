import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptioningClient } from './captioning-client.js';
import { createOwnDatabase, type OwnDatabase } from './own-database.js';
import { expectGroupEnded, startPrivateServices, type OnStop } from './private-services.js';
import {
  startApplication,
  type PrivatePostgres,
  type PrivateRabbitmq,
  type RunningApplication,
} from './setup-scripts.js';
import { provideVirtualHost, type VirtualHost } from './virtual-host.js';

/** The operator's token of every system that is started here. */
export const operatorToken = 'the-operator-of-the-tests';

/** What a running system stands on: shared services are faster to get, private ones can be killed. */
export interface SystemOptions {
  /** Tells its logs from those of other systems: `.run/logs/e2e-<name>-….log`. */
  name: string;
  workers?: number;
  /** Further applications that are started, by their names in the list of applications, e.g. `notifier`. */
  others?: string[];
  /** For all applications. */
  environment?: Record<string, string>;
}

/** What runs. Every application that is started through it is ended by its `stop`. */
export interface RunningSystem {
  readonly client: CaptioningClient;
  readonly dataDirectory: string;
  /** `amqp://…` */
  readonly brokerUrl: string;
  readonly api: RunningApplication;
  readonly workers: RunningApplication[];
  /** Those of `others`, in that order. */
  readonly others: RunningApplication[];
  startApi(options?: {
    environment?: Record<string, string>;
    port?: number;
    readyPath?: string;
  }): Promise<RunningApplication>;
  /** A worker whose name is its `User-Agent`, so that a picture server can tell who asks. */
  startWorker(environment?: Record<string, string>): Promise<RunningApplication>;
  /** Any application of the list, with the settings of this system. */
  startOther(application: string, environment?: Record<string, string>): Promise<RunningApplication>;
  /** Ends everything. @throws when a process of it is still there */
  stop(): Promise<void>;
}

export interface SharedSystem extends RunningSystem {
  readonly virtualHost: VirtualHost;
  readonly database: OwnDatabase;
}

export interface PrivateSystem extends RunningSystem {
  readonly broker: PrivateRabbitmq;
  readonly database: PrivatePostgres;
}

/** The compiled API and caption workers with the shipped model, on a virtual host and a database of their own. */
export async function startSystem(options: SystemOptions): Promise<SharedSystem> {
  return cleaningUp(async (onStop) => {
    const virtualHost = await provideVirtualHost();
    onStop(() => virtualHost.remove());
    const database = await createOwnDatabase();
    onStop(() => database.drop());
    const applications = await startApplications(options, virtualHost.url, database.url, onStop);
    return { ...applications, virtualHost, database };
  });
}

/** Captions' jobs wait 100 ms between their attempts instead of up to a minute: of two limits the broker takes the lower. */
export function retryCaptionsSoon({ virtualHost }: SharedSystem): Promise<void> {
  return virtualHost.setPolicy('short-waits', '^caption\\.jobs\\.retry\\.', { 'message-ttl': 100 });
}

/** The same on a broker and a database that can be frozen and killed. */
export async function startPrivateSystem(options: SystemOptions): Promise<PrivateSystem> {
  return cleaningUp(async (onStop) => {
    const { broker, database } = await startPrivateServices(onStop);
    const applications = await startApplications(options, broker.url, database.url, onStop);
    return { ...applications, broker, database };
  });
}

type Applications = Omit<RunningSystem, 'stop'>;

/** Gives what `start` gives, with a `stop` that undoes its steps, the last first; undoes them at once where `start` fails. */
async function cleaningUp<T extends Applications>(
  start: (onStop: OnStop) => Promise<T>,
): Promise<T & { stop(): Promise<void> }> {
  const undoing: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const undo of undoing.splice(0).reverse()) await undo().catch((error: unknown) => failures.push(error));
    if (failures.length > 0)
      throw new AggregateError(failures, `The system was not stopped cleanly: ${failures.join('; ')}`);
  };
  try {
    return { ...(await start((undo) => undoing.push(undo))), stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function startApplications(
  { name, workers = 2, others = [], environment = {} }: SystemOptions,
  brokerUrl: string,
  databaseUrl: string,
  onStop: OnStop,
): Promise<Applications> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'ekphrasis-data-'));
  onStop(() => rm(dataDirectory, { recursive: true, force: true }));
  const shared = {
    RABBITMQ_URL: brokerUrl,
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDirectory,
    FETCH_ALLOWED_NETWORKS: '127.0.0.0/8',
    CAPTION_THREADS: '1',
    LOG_LEVEL: 'debug',
    ADMIN_TOKEN: operatorToken,
    ...environment,
  };
  const counts = new Map<string, number>();
  const nameOf = (application: string): string => {
    const count = (counts.get(application) ?? 0) + 1;
    counts.set(application, count);
    return `e2e-${name}-${application}-${count}`;
  };
  const running = async (start: Promise<RunningApplication>): Promise<RunningApplication> => {
    const application = await start;
    onStop(async () => {
      await application.stop();
      await expectGroupEnded(application.pid);
    });
    return application;
  };
  const system = {
    startApi: ({ environment: added = {}, port, readyPath }: Parameters<RunningSystem['startApi']>[0] = {}) => {
      const options = { name: `e2e-${name}-api`, environment: { ...shared, ...added }, port, readyPath };
      return running(startApplication('api', options));
    },
    startWorker: (added: Record<string, string> = {}) => {
      const workerName = nameOf('worker');
      const own = { ...shared, FETCH_USER_AGENT: workerName, ...added };
      return running(startApplication('caption-worker', { name: workerName, environment: own }));
    },
    startOther: (application: string, added: Record<string, string> = {}) =>
      running(startApplication(application, { name: nameOf(application), environment: { ...shared, ...added } })),
  };
  const starting = [
    system.startApi(),
    ...Array.from({ length: workers }, () => system.startWorker()),
    ...others.map((application) => system.startOther(application)),
  ];
  // all must have started, or ended, before anybody can clean up
  await Promise.allSettled(starting);
  const [api, ...started] = (await Promise.all(starting)) as [RunningApplication, ...RunningApplication[]];
  const client = new CaptioningClient(api.url, operatorToken);
  onStop(async () => client.close());
  return {
    ...system,
    api,
    workers: started.slice(0, workers),
    others: started.slice(workers),
    client,
    dataDirectory,
    brokerUrl,
  };
}
