import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** Where npm runs its scripts: the repository's root. */
export const repository = process.cwd();

/** The repository's own scripts are not compiled: they are loaded from where they lie. */
const load = createRequire(resolve(repository, 'package.json'));

export const { startApplication, startApi, startCaptionWorker } = load(
  './scripts/setup/applications.cjs',
) as typeof import('../../scripts/setup/applications.cjs');
export const { endWhenOutputCloses } = load(
  './scripts/setup/closed-output.cjs',
) as typeof import('../../scripts/setup/closed-output.cjs');
export const { startChildProcess } = load(
  './scripts/setup/child-process.cjs',
) as typeof import('../../scripts/setup/child-process.cjs');
/** A port of 127.0.0.1 on which nothing listens. */
export const { findFreePort } = load('./scripts/setup/free-ports.cjs') as { findFreePort: () => Promise<number> };
export const { startPrivatePostgres } = load(
  './scripts/setup/private-postgres.cjs',
) as typeof import('../../scripts/setup/private-postgres.cjs');
export const { startPostgresStandby } = load(
  './scripts/setup/postgres-standby.cjs',
) as typeof import('../../scripts/setup/postgres-standby.cjs');
export const { startPrivateRabbitmq } = load(
  './scripts/setup/private-rabbitmq.cjs',
) as typeof import('../../scripts/setup/private-rabbitmq.cjs');

/** Where RabbitMQ, or the older of two, is on this machine; undefined where it is not. */
export const { findRabbitmq } = load('./scripts/setup/rabbitmq-installation.cjs') as {
  findRabbitmq: (older?: boolean) => object | undefined;
};

export type { RunningApplication } from '../../scripts/setup/applications.cjs';
export type { RunningChildProcess } from '../../scripts/setup/child-process.cjs';
export type { PostgresStandby } from '../../scripts/setup/postgres-standby.cjs';
export type { PrivatePostgres } from '../../scripts/setup/private-postgres.cjs';
export type { PrivateRabbitmq } from '../../scripts/setup/private-rabbitmq.cjs';
