import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const awayMs = 4_000;

export const databaseFaults: Fault[] = [
  {
    name: 'database-restarted',
    title: 'database restarted',
    async inflict({ house, mark }) {
      mark('restarting');
      await house.database.restart();
    },
  },
  {
    name: 'database-killed',
    title: 'database killed, 4 s away',
    async inflict({ house, mark }) {
      await house.database.kill();
      mark('killed');
      await pause(awayMs);
      await house.database.restart();
    },
  },
  {
    name: 'database-connections-reset',
    title: 'every database connection reset, three times',
    async inflict({ house, load, mark }) {
      for (let time = 1; time <= 3; time += 1) {
        for (const api of house.apis) api.database?.reset();
        mark('reset');
        await load.untilAccepted(20);
      }
    },
  },
];
