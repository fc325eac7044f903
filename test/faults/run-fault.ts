import { until } from '../support/until.js';
import type { Fault } from './fault.js';
import type { House } from './house/house.js';
import type { FaultResult, Latency } from './report/fault-result.js';
import { percentile } from './report/percentile.js';
import { verdictOf } from './verdict.js';
import { collectFacts } from './watch/facts.js';
import { Load } from './watch/load.js';
import { MemorySampler } from './watch/sampler.js';
import { Timeline } from './watch/timeline.js';
import { Watcher } from './watch/watcher.js';

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
export async function runFault(fault: Fault, house: House, options: RunOptions): Promise<FaultResult> {
  return (await FaultRun.begin(fault, house, options)).finish();
}

class FaultRun {
  private readonly complaints: string[] = [];
  private readonly timeline: Timeline;
  private readonly memory: MemorySampler;

  private constructor(
    private readonly fault: Fault,
    private readonly house: House,
    private readonly load: Load,
    private readonly watcher: Watcher,
  ) {
    this.timeline = new Timeline(load, watcher);
    this.memory = new MemorySampler(house.members);
  }

  static async begin(fault: Fault, house: House, { perSecond }: RunOptions): Promise<FaultRun> {
    rows += 1;
    const row = `${fault.name}-${rows}`;
    const clients = house.apis.map(({ client }) => client);
    const watcher = await Watcher.start(clients);
    const load = new Load(clients, {
      perSecond: fault.perSecond ?? perSecond,
      url: (number) => house.pictures.url(`${row}-${number}`),
    });
    return new FaultRun(fault, house, load, watcher);
  }

  async finish(): Promise<FaultResult> {
    const { fault, house, load, watcher, timeline, memory, complaints } = this;
    const secondsToRecover = await this.inflictAndRecover().catch((error: Error) => {
      complaints.push(error.message);
      return Infinity;
    });
    await load.stop();
    await watcher.stop();
    timeline.stop();
    memory.stop();
    const { submissions, images } = await collectFacts(house, load, watcher);
    const verdict = verdictOf(submissions, images, watcher.sightings.keys());
    if (verdict.failed > (fault.mayFail ?? 0)) complaints.push(`${verdict.failed} images ended as failed`);
    if (fault.forgoes && verdict.forgone === 0) complaints.push('no answer was in vain: the fault was none');
    return {
      ...verdict,
      ...this.latencies(),
      name: fault.name,
      title: fault.title,
      secondsToRecover,
      peakMemory: memory.peak,
      complaints,
      points: timeline.points,
      marks: timeline.marks,
    };
  }

  /** @returns seconds from the end of the fault until everybody was ready and all that was accepted before that end had ended */
  private async inflictAndRecover(): Promise<number> {
    const { fault, house, load, watcher, timeline, complaints } = this;
    await until('pictures are described', () => watcher.sightings.size >= before);
    await fault.inflict({
      house,
      load,
      mark: (label) => timeline.mark(label),
      complain: (text) => complaints.push(text),
    });
    const over = performance.now();
    const affected = [...load.submissions];
    timeline.mark('over');
    await load.untilAccepted(after, recoverWithinMs);
    await until('everybody is ready', () => house.isWell(), { within: recoverWithinMs, every: 200 });
    const ready = performance.now();
    await load.stop();
    await load.repeatUnanswered();
    await this.untilEnded();
    timeline.mark('recovered');
    const seen = affected.map(({ imageId }) => watcher.sightings.get(imageId ?? 0)?.at ?? 0);
    return (Math.max(ready, ...seen) - over) / 1000;
  }

  /** Until each accepted image is listed, or has failed where anybody asks. */
  private async untilEnded(): Promise<void> {
    const { load, watcher, fault } = this;
    const { client } = this.house.apis[0];
    const ended = new Set<number>();
    // what was seen may have been lost since
    const sightings = fault.forgoes ? new Map() : watcher.sightings;
    const mayBeLost = new Set(load.submissions.flatMap((each) => (each.mayBeLost ? (each.imageId ?? []) : [])));
    const hasEnded = (id: number): boolean => sightings.has(id) || ended.has(id);
    await until(
      'everything has ended',
      async () => {
        const open = load.submissions.map(({ imageId }) => imageId ?? 0).filter((id) => !hasEnded(id));
        const asked = open.slice(0, 50);
        const statuses = await Promise.all(asked.map((id) => client.statusIfKnown(id)));
        for (const [index, id] of asked.entries()) {
          const status = statuses[index]?.status;
          const isSeen = fault.forgoes && status === 'described';
          if (isSeen || status === 'failed' || (!status && mayBeLost.has(id))) ended.add(id);
        }
        return open.every(hasEnded);
      },
      { within: recoverWithinMs, every: 250 },
    );
  }

  private latencies(): { answerMs: Latency; descriptionMs: Latency } {
    const { load, watcher } = this;
    const answers = load.submissions.map(({ sentAt, answeredAt }) => (answeredAt ?? Infinity) - sentAt);
    const descriptions = load.submissions.flatMap(({ sentAt, imageId }) => {
      const at = watcher.sightings.get(imageId ?? 0)?.at;
      return at === undefined ? [] : at - sentAt;
    });
    return { answerMs: latencyOf(answers), descriptionMs: latencyOf(descriptions) };
  }
}

function latencyOf(milliseconds: readonly number[]): Latency {
  return { p50: percentile(milliseconds, 0.5), p99: percentile(milliseconds, 0.99) };
}
