import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { membersOf } from './process-group.js';
import {
  startPrivatePostgres,
  startPrivateRabbitmq,
  type PrivatePostgres,
  type PrivateRabbitmq,
} from './setup-scripts.js';
import { until } from './until.js';

/** Keeps what undoes a step; the last is to be undone first. */
export type OnStop = (undo: () => Promise<void>) => void;

/** A broker and a database that can be frozen and killed. */
export async function startPrivateServices(
  onStop: OnStop,
): Promise<{ broker: PrivateRabbitmq; database: PrivatePostgres }> {
  const directory = await mkdtemp(join(tmpdir(), 'ekphrasis-services-'));
  onStop(() => rm(directory, { recursive: true, force: true }));
  const broker = await startPrivateRabbitmq({ directory: join(directory, 'rabbitmq') });
  onStop(async () => {
    await broker.kill();
    await broker.stop();
    await expectGroupEnded(broker.process.pid);
  });
  const database = await startPrivatePostgres({ directory: join(directory, 'postgres') });
  onStop(async () => {
    await database.stop();
    await rm(database.directory, { recursive: true, force: true });
  });
  return { broker, database };
}

/** Every program runs in a process group of its own: whoever is left in it was leaked. */
export async function expectGroupEnded(group: number): Promise<void> {
  if (process.platform !== 'linux') return;
  // a process that was just killed is there for a moment more
  await until(`group ${group} has ended`, () => membersOf(group).length === 0);
}
