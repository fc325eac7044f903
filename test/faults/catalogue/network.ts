import { setTimeout as pause } from 'node:timers/promises';
import type { Link } from '../../support/network/link.js';
import type { Fault } from '../fault.js';
import type { TestedSystem } from '../system/tested-system.js';

type Cut = 'both' | 'to-service' | 'from-service';

const victims: { name: string; title: string; links: (system: TestedSystem) => (Link | undefined)[] }[] = [
  { name: 'apis', title: 'APIs cut off from the broker', links: ({ apis }) => apis.map(({ broker }) => broker) },
  {
    name: 'workers',
    title: 'workers cut off from the broker',
    links: ({ workers }) => workers.map(({ broker }) => broker),
  },
  {
    name: 'database',
    title: 'APIs cut off from the database',
    links: ({ apis }) => apis.map(({ database }) => database),
  },
];
const directions: { cut: Cut; name: string; title: string }[] = [
  { cut: 'both', name: 'both', title: '' },
  { cut: 'to-service', name: 'to', title: ', one way: nothing gets there' },
  { cut: 'from-service', name: 'from', title: ', one way: nothing comes back' },
];
const seconds = [5, 15, 60];

/** Cuts of every length, of every side, in every direction. */
export const networkFaults: Fault[] = victims.flatMap((victim) =>
  directions.flatMap((direction) =>
    seconds.map((length) => ({
      name: `cut-${victim.name}-${direction.name}-${length}`,
      title: `${victim.title} for ${length} s${direction.title}`,
      slow: length > 5,
      async inflict({ system, mark }) {
        const links = victim.links(system);
        for (const link of links) link?.cut(direction.cut);
        mark('cut');
        await pause(length * 1_000);
        for (const link of links) link?.heal();
      },
    })),
  ),
);
