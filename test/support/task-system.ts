import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOwnDatabase, type OwnDatabase } from './own-database.js';
import { startApplication, type RunningApplication } from './setup-scripts.js';
import { provideVirtualHost, type VirtualHost } from './virtual-host.js';

export const retryDelayMs = 250;

/** The API over AMQP alone, on a virtual host and a database of its own. */
export interface TaskSystem {
  readonly virtualHost: VirtualHost;
  readonly database: OwnDatabase;
  /** Every message of the log of every process. */
  readonly messages: string[];
  start(environment?: Record<string, string>): Promise<RunningApplication>;
  stop(): Promise<void>;
}

export async function prepareTaskSystem(): Promise<TaskSystem> {
  const virtualHost = await provideVirtualHost();
  const database = await createOwnDatabase();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'ekphrasis-data-'));
  const messages: string[] = [];
  const running: RunningApplication[] = [];
  const onLine = (line: string): void => {
    const message = /"msg":("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
    if (message) messages.push(JSON.parse(message) as string);
  };
  return {
    virtualHost,
    database,
    messages,
    start: async (added = {}) => {
      const environment = {
        RABBITMQ_URL: virtualHost.url,
        DATABASE_URL: database.url,
        DATA_DIR: dataDirectory,
        JWT_SECRET: 'a secret of thirty-two characters or more',
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
      await rm(dataDirectory, { recursive: true, force: true });
      await database.drop();
      await virtualHost.remove();
    },
  };
}
