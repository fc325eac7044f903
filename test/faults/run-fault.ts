import { until } from '../support/until.js';
import type { Fault } from './fault.js';
import type { House } from './house/house.js';
import type { FaultResult } from './report/fault-result.js';
import { collectFacts } from './watch/facts.js';
import { Load } from './watch/load.js';
import { MemorySampler } from './watch/sampler.js';
import { percentile } from './report/percentile.js';
import { Timeline } from './watch/timeline.js';
import { Watcher } from './watch/watcher.js';
import { verdictOf } from './verdict.js';

export interface RunOptions {
  /** Pictures a second. */
  perSecond: number;
}

/** Pictures described before the fault begins, and accepted after it is over. */
const before = 10;
const after = 20;
/** Long enough for the broker's and our own time limits and every rest of a retried job. */
const recoverWithinMs = 180_000;

let rows = 0;

/**
 * One row: load, the fault in the midst of it, its end, some more load, and when everything has settled the count of what
 * became of each picture.
 */
export async function runFault(fault: Fault, house: House, { perSecond }: RunOptions): Promise<FaultResult> {
  rows += 1;
  const row = `${fault.name}-${rows}`;
  const clients = house.apis.map(({ client }) => client);
  const complaints: string[] = [];
  const watcher = await Watcher.start(clients);
  const load = new Load(clients, {
    perSecond: fault.perSecond ?? perSecond,
    url: (number) => house.pictures.url(`${row}-${number}`),
  });
  const timeline = new Timeline(load, watcher);
  const memory = new MemorySampler(house.members);
  let over = performance.now();
  let recovered = over;
  try {
    await until('pictures are described', () => watcher.sightings.size >= before);
    await fault.inflict({
      house,
      load,
      mark: (label) => timeline.mark(label),
      complain: (text) => complaints.push(text),
    });
    over = performance.now();
    const accepted = load.accepted.length;
    timeline.mark('over');
    await load.untilAccepted(after, recoverWithinMs);
    await until('everybody is ready', () => house.isWell(), { within: recoverWithinMs, every: 200 });
    recovered = performance.now();
    await load.stop();
    await load.repeatUnanswered();
    await untilEnded(load, watcher, house).catch(() => complaints.push('not everything has ended in time'));
    const affected = load.submissions.slice(0, accepted).map(({ imageId }) => watcher.sightings.get(imageId ?? 0)?.at);
    recovered = Math.max(recovered, ...affected.map((at) => at ?? 0));
    timeline.mark('recovered');
  } catch (error) {
    complaints.push((error as Error).message);
  } finally {
    await load.stop();
    await watcher.stop();
    timeline.stop();
    memory.stop();
  }
  const facts = await collectFacts(house, load.submissions, watcher);
  const verdict = verdictOf(facts.submissions, facts.images, watcher.sightings.keys());
  if (verdict.failed > (fault.mayFail ?? 0)) complaints.push(`${verdict.failed} images ended as failed`);
  const answers = load.submissions.map(({ sentAt, answeredAt }) => (answeredAt ?? Infinity) - sentAt);
  const descriptions = load.submissions.flatMap(({ sentAt, imageId }) => {
    const at = watcher.sightings.get(imageId ?? 0)?.at;
    return at === undefined ? [] : at - sentAt;
  });
  return {
    ...verdict,
    name: fault.name,
    title: fault.title,
    secondsToRecover: Math.max(0, recovered - over) / 1000,
    answerMs: { p50: percentile(answers, 0.5), p99: percentile(answers, 0.99) },
    descriptionMs: { p50: percentile(descriptions, 0.5), p99: percentile(descriptions, 0.99) },
    peakMemory: memory.peak,
    complaints,
    points: timeline.points,
    marks: timeline.marks,
  };
}

/** Until each accepted image is listed, or has failed where anybody asks. */
async function untilEnded(load: Load, watcher: Watcher, { apis }: House): Promise<void> {
  const failed = new Set<number>();
  await until(
    'everything has ended',
    async () => {
      const open = load.submissions
        .map(({ imageId }) => imageId ?? 0)
        .filter((id) => !watcher.sightings.has(id) && !failed.has(id));
      const statuses = await apis[0].client.statuses(open.slice(0, 50));
      for (const { imageId, status } of statuses) if (status === 'failed') failed.add(imageId);
      return open.every((id) => watcher.sightings.has(id) || failed.has(id));
    },
    { within: recoverWithinMs, every: 250 },
  );
}
