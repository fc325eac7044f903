import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Scene } from '../fault.js';
import type { TestedSystemOptions } from '../system/tested-system.js';
import type { LoadKind } from '../loads/load.js';

/** Everything but the caption workers, with storage that can be stopped at each call. */
export const servicesSystem: Omit<TestedSystemOptions, 'name'> = { staff: 'services', storage: 's3' };
const everything: LoadKind[] = ['uploads', 'measurements', 'messages', 'requests'];

/** What clients of `POST /red`, and of `POST /upload` alike, are promised, whatever the broker does. */
const answerWithinMs = 2_000;
const awayMs = 6_000;

/** The broker must not be heard in what the API answers. */
async function frozenWhileClientsAsk({ system, loads, mark, addFinding }: Scene): Promise<void> {
  await system.broker.freeze();
  mark('frozen');
  const since = performance.now();
  const asked = [loads.uploads, loads.measurements];
  await pause(awayMs);
  await Promise.all(asked.map((load) => load.untilAccepted(load.perSecond)));
  await system.broker.thaw();
  for (const { kind, entries } of asked) {
    const meanwhile = entries.all.filter(({ sentAt, answeredAt }) => sentAt > since && answeredAt !== undefined);
    const late = meanwhile.filter(({ sentAt, answeredAt }) => answeredAt! - sentAt > answerWithinMs).length;
    const refusals = meanwhile.flatMap(({ refusal }) => refusal ?? []);
    if (late > 0) addFinding(`${late} of ${meanwhile.length} ${kind} were answered after ${answerWithinMs} ms`);
    if (refusals.length > 0) addFinding(`${refusals.length} ${kind} met ${[...new Set(refusals)].join(', ')}`);
  }
}

/** Rows in which all that is not captioning goes on at the same time. */
export const serviceFaults: Fault[] = (<Omit<Fault, 'system' | 'loads'>[]>[
  {
    name: 'services-broker-frozen',
    title: 'broker frozen while pictures are uploaded and measured (SIGSTOP)',
    inflict: frozenWhileClientsAsk,
  },
  {
    name: 'services-broker-killed',
    title: 'broker killed under all loads, 6 s away',
    async inflict({ system, mark }) {
      await system.broker.kill();
      mark('killed');
      await pause(awayMs);
      await system.broker.restart();
    },
  },
  {
    name: 'services-database-killed',
    title: 'database killed under all loads, 4 s away',
    async inflict({ system, mark }) {
      await system.database.kill();
      mark('killed');
      await pause(4_000);
      await system.database.restart();
    },
  },
  {
    name: 'services-connections-closed',
    title: 'all connections closed by the broker under all loads, three times',
    async inflict({ system, loads, mark }) {
      for (let time = 1; time <= 3; time += 1) {
        await system.broker.control('close_all_connections', 'by the fault suite');
        mark('closed');
        await loads.untilAcceptedFor(1);
      }
    },
  },
]).map((row) => ({ ...row, system: servicesSystem, loads: everything }));
