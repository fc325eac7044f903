import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../support/until.js';
import type { Fault, Scene } from '../fault.js';
import type { Member } from '../system/member.js';
import { servicesSystem } from './services.js';

const frozenMs = 40_000;
/** What was measured so long before the end of the freezing is told by then: the other notifier goes on. */
const goesOnWithinMs = 15_000;

/** Whether somebody holds the counts of a client, and has nothing under way. */
const heldCounts = `
  SELECT count(*)::int AS held FROM pg_stat_activity JOIN pg_locks USING (pid)
  WHERE state = 'idle in transaction' AND relation = 'red_counts'::regclass`;

/** Freezes a process again and again, until the database holds a transaction of its that has counted and waits for its next statement. */
async function freezeWithLocks({ system }: Scene, member: Member): Promise<void> {
  await until(
    'it is frozen in a transaction',
    async () => {
      member.freeze();
      await pause(30); // whoever else had one open has gone on
      const [row] = await system.database.execute(heldCounts);
      if (Number(row!['held']) > 0) return true;
      member.thaw();
      await pause(7);
      return false;
    },
    { every: 1 },
  );
}

/** One notifier stops with locks that the other needs; clients are told all the same. */
export const frozenMidway: Fault = {
  name: 'notifier-frozen-midway',
  title: 'notifier frozen for 40 s (SIGSTOP) in the midst of a transaction',
  system: servicesSystem,
  loads: ['measurements'],
  slow: true,
  async inflict(scene) {
    const { system, loads, mark, addFinding } = scene;
    const [one, other] = system.inRole('notifier');
    for (const each of [one, other]) each.freeze();
    await loads.untilAcceptedFor(15);
    one.thaw();
    await freezeWithLocks(scene, one);
    other.thaw();
    mark('frozen');
    await pause(frozenMs);
    const { entries } = loads.measurements;
    const due = performance.now() - goesOnWithinMs;
    const waiting = entries.open.filter(({ owner, sentAt }) => owner === 0 && sentAt < due).length;
    if (waiting > 0) addFinding(`${waiting} measurements wait for the notifier that is frozen`);
    one.thaw();
  },
};
