import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Scene } from '../fault.js';

const awayMs = 4_000;

/** Whatever the database refuses, clients are told to come back: 500 would say that something is wrong with us. */
function reportDefects({ load, addFinding }: Scene): void {
  const defects = load.all.filter(({ refusal }) => refusal === '500').length;
  if (defects > 0) addFinding(`${defects} posts were answered 500`);
}

export const databaseFaults: Fault[] = [
  {
    name: 'database-restarted',
    title: 'database restarted',
    async inflict({ system, mark }) {
      mark('restarting');
      await system.database.restart();
    },
  },
  {
    name: 'database-killed',
    title: 'database killed, 4 s away',
    async inflict({ system, mark }) {
      await system.database.kill();
      mark('killed');
      await pause(awayMs);
      await system.database.restart();
    },
  },
  {
    name: 'database-connections-reset',
    title: 'every database connection reset, three times',
    async inflict({ system, load, mark }) {
      for (let time = 1; time <= 3; time += 1) {
        for (const api of system.apis) api.database?.reset();
        mark('reset');
        await load.untilAccepted(20);
      }
    },
  },
  {
    name: 'database-read-only',
    title: 'database takes no writes for 4 s',
    async inflict(scene) {
      const { database } = scene.system;
      const readOnly = async (value: 'on' | 'off'): Promise<void> => {
        await database.execute(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
        await database.execute('SELECT pg_reload_conf()');
      };
      await readOnly('on');
      scene.mark('read-only');
      await pause(awayMs);
      await readOnly('off');
      reportDefects(scene);
    },
  },
  {
    name: 'database-password-rotated',
    title: 'database refuses the password for 4 s',
    async inflict(scene) {
      const { database } = scene.system;
      const administrator = await database.connect();
      await administrator.query(`ALTER ROLE ekphrasis PASSWORD 'another'`);
      await administrator.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ekphrasis'`,
      );
      scene.mark('rotated');
      await pause(awayMs);
      await administrator.query(`ALTER ROLE ekphrasis PASSWORD '${new URL(database.url).password}'`);
      await administrator.end();
      reportDefects(scene);
    },
  },
];
