import { until } from '../support/until.js';
import type { Fault, Scene } from './fault.js';
import type { TestedSystem } from './system/tested-system.js';
import { Loads } from './loads/loads.js';
import type { FaultResult } from './report/fault-result.js';
import { MemorySampler } from './watch/sampler.js';
import { Timeline } from './watch/timeline.js';

export interface RunOptions {
  /** Pictures a second. */
  perSecond: number;
}

/** What has ended before the fault begins, and is accepted after it is over: seconds' worth of each load. */
const before = 0.5;
const after = 1;
/** Long enough for the broker's and our own time limits and every rest of a retried job. */
const recoverWithinMs = 180_000;

let rows = 0;

/**
 * One row: load, the fault in the midst of it, its end, some more load, and when everything has settled the count of what
 * became of all that was asked for.
 */
export async function runFault(fault: Fault, system: TestedSystem, options: RunOptions): Promise<FaultResult> {
  return (await FaultRun.begin(fault, system, options)).finish();
}

class FaultRun {
  private readonly findings: string[] = [];
  private readonly timeline: Timeline;
  private readonly memory: MemorySampler;

  private constructor(
    private readonly fault: Fault,
    private readonly system: TestedSystem,
    private readonly loads: Loads,
  ) {
    this.timeline = new Timeline(loads.all);
    this.memory = new MemorySampler(system.members);
  }

  static async begin(fault: Fault, system: TestedSystem, { perSecond }: RunOptions): Promise<FaultRun> {
    rows += 1;
    const loads = await Loads.start(system, {
      name: `${fault.name}-${rows}`,
      kinds: fault.loads ?? ['captions'],
      perSecond: fault.perSecond ?? perSecond,
      forgoes: fault.forgoes,
    });
    return new FaultRun(fault, system, loads);
  }

  async finish(): Promise<FaultResult> {
    const { fault, loads, timeline, memory, findings } = this;
    const secondsToRecover = await this.inflictAndRecover().catch((error: Error) => {
      findings.push(error.message);
      return Infinity;
    });
    await loads.stop();
    timeline.stop();
    memory.stop();
    const judged = await Promise.all(loads.all.map((load) => load.judge(fault.mayFail ?? 0)));
    return {
      name: fault.name,
      title: fault.title,
      loads: judged.map(({ result }) => result),
      secondsToRecover,
      peakMemory: memory.peak,
      findings: [...findings, ...judged.flatMap((each) => each.findings)],
      points: timeline.points,
      marks: timeline.marks,
    };
  }

  /** @returns seconds from the end of the fault until everybody was ready and all that was accepted before that end had ended */
  private async inflictAndRecover(): Promise<number> {
    const { fault, system, loads, timeline } = this;
    await until('the first of what is asked for has ended', () => loads.haveEndedFor(before));
    await fault.inflict(this.scene());
    const over = performance.now();
    timeline.mark('over');
    await loads.untilAcceptedFor(after, recoverWithinMs);
    await until('everybody is ready', () => system.isWell(), { within: recoverWithinMs, every: 200 });
    const ready = performance.now();
    await loads.stop();
    await loads.settle(recoverWithinMs);
    timeline.mark('recovered');
    return (Math.max(ready, loads.lastEndOf(over)) - over) / 1000;
  }

  private scene(): Scene {
    const { system, loads, timeline, findings } = this;
    return {
      system,
      loads,
      get load() {
        return loads.captions.submissions;
      },
      mark: (label) => timeline.mark(label),
      addFinding: (text) => void findings.push(text),
    };
  }
}
