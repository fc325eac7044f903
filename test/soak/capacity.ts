import { until } from '../support/until.js';
import type { TestedSystem } from '../faults/system/tested-system.js';
import { ImageSubmissions } from '../faults/loads/captions/image-submissions.js';
import { Watcher } from '../faults/loads/captions/watcher.js';

const pictures = 600;
/** The first batches warm up caches and compilers. */
const warmUp = 100;
/** Faster than any two workers on one machine caption. */
const perSecond = 300;

/** Pictures a second that the system describes when more of them wait than it can do. */
export async function measureCapacity(system: TestedSystem): Promise<number> {
  const clients = system.apis.map(({ client }) => client);
  const watcher = await Watcher.start(clients);
  const url = (number: number): string => system.pictures.url(`capacity-${number}`);
  const load = new ImageSubmissions(clients, { perSecond, url });
  await load.untilAccepted(pictures);
  await load.stop();
  await until('all are described', () => watcher.sightings.size >= load.accepted.length, { within: 120_000 });
  await watcher.stop();
  const seen = [...watcher.sightings.values()].map(({ at }) => at).toSorted((one, other) => one - other);
  const [first, last] = [seen[warmUp] ?? 0, seen.at(-1) ?? 0];
  return ((seen.length - warmUp) * 1_000) / (last - first);
}
