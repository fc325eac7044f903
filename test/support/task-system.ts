import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOwnDatabase, type OwnDatabase } from './own-database.js';
import { expectGroupEnded, startPrivateServices } from './private-services.js';
import {
  startApplication,
  type PrivatePostgres,
  type PrivateRabbitmq,
  type RunningApplication,
} from './setup-scripts.js';
import { provideVirtualHost, type VirtualHost } from './virtual-host.js';

export const retryDelayMs = 250;
export const taskSecret = 'a secret of thirty-two characters or more';

/** Processes of the API over AMQP alone. */
export interface TaskServers {
  /** Every message of the log of every process. */
  readonly messages: string[];
  /** Every line of their logs. */
  readonly lines: string[];
  /** Where they keep files. */
  readonly dataDirectory: string;
  start(environment?: Record<string, string>): Promise<RunningApplication>;
  stop(): Promise<void>;
}

/** They have a virtual host and a database of their own. */
export interface TaskSystem extends TaskServers {
  readonly virtualHost: VirtualHost;
  readonly database: OwnDatabase;
}

/** They have a broker and a database that can be frozen and killed. */
export interface PrivateTaskSystem extends TaskServers {
  readonly broker: PrivateRabbitmq;
  readonly database: PrivatePostgres;
}

export async function prepareTaskSystem(): Promise<TaskSystem> {
  const virtualHost = await provideVirtualHost();
  const database = await createOwnDatabase();
  const servers = await prepareServers(virtualHost.url, database.url);
  return {
    ...servers,
    virtualHost,
    database,
    stop: async () => {
      await servers.stop();
      await database.drop();
      await virtualHost.remove();
    },
  };
}

export async function preparePrivateTaskSystem(): Promise<PrivateTaskSystem> {
  const undoing: (() => Promise<void>)[] = [];
  const { broker, database } = await startPrivateServices((undo) => undoing.push(undo));
  const servers = await prepareServers(broker.url, database.url);
  undoing.push(() => servers.stop());
  return {
    ...servers,
    broker,
    database,
    stop: async () => {
      for (const undo of undoing.splice(0).reverse()) await undo();
    },
  };
}

async function prepareServers(brokerUrl: string, databaseUrl: string): Promise<TaskServers> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'ekphrasis-data-'));
  const messages: string[] = [];
  const lines: string[] = [];
  const running: RunningApplication[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    const message = /"msg":("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
    if (message) messages.push(JSON.parse(message) as string);
  };
  return {
    messages,
    lines,
    dataDirectory,
    start: async (added = {}) => {
      const environment = {
        RABBITMQ_URL: brokerUrl,
        DATABASE_URL: databaseUrl,
        DATA_DIR: dataDirectory,
        JWT_SECRET: taskSecret,
        RPC_RETRY_DELAY_MS: String(retryDelayMs),
        DEMO_ERRORS: 'on',
        ...added,
      };
      const application = await startApplication('task-rpc', {
        name: `e2e-task-rpc-${running.length}`,
        environment,
        onLine,
      });
      running.push(application);
      return application;
    },
    stop: async () => {
      await Promise.all(running.map((application) => application.stop()));
      await Promise.all(running.map(({ pid }) => expectGroupEnded(pid)));
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** A token made by hand. */
export function tokenOf(header: object, payload: object, key = taskSecret): string {
  const encoded = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${encoded}.${createHmac('sha256', key).update(encoded).digest('base64url')}`;
}
