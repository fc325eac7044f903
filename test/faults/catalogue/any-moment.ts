import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import type { Role } from '../system/processes.js';
import type { LoadKind } from '../loads/load.js';
import { servicesSystem } from './services.js';

const times = 4;
/** Each time another one, so that steps of any length are met. */
const momentMs = (time: number): number => 150 + 370 * time;

/** Of each there are two. */
const victims: { role: Role; title: string; loads: LoadKind[] }[] = [
  { role: 'image-worker', title: 'image workers', loads: ['uploads'] },
  { role: 'notifier', title: 'notifiers', loads: ['uploads', 'measurements'] },
  { role: 'task-rpc', title: 'servers of requests', loads: ['requests'] },
  { role: 'task-consumer', title: 'task consumers', loads: ['messages'] },
];

/** All of a role killed at no particular moment, and started again, while they have work. */
const killed = victims.map(({ role, title, loads }): Fault => ({
  name: `${role}s-killed`,
  title: `all ${title} killed at any moment, four times`,
  system: servicesSystem,
  loads,
  async inflict({ system, mark }) {
    const all = system.inRole(role);
    for (let time = 1; time <= times; time += 1) {
      await Promise.all(all.map((member) => member.kill()));
      mark('killed');
      await Promise.all(all.map((member) => member.restart()));
      // what has waited is in hand
      await pause(momentMs(time));
    }
  },
}));

/** One of a role told to end while it has work, and started again. */
const ended = victims.map(({ role, title, loads }): Fault => ({
  name: `${role}-sigterm`,
  title: `SIGTERM to one of the ${title} under load`,
  system: servicesSystem,
  loads,
  async inflict({ system, loads: all, mark, addFinding }) {
    const [member] = system.inRole(role);
    mark('SIGTERM');
    if (!(await member.stop())) addFinding('it had to be killed');
    await all.untilAcceptedFor(1);
    await member.restart();
  },
}));

export const anyMomentFaults: Fault[] = [...killed, ...ended];
