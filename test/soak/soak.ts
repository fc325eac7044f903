import { faults } from '../faults/catalogue/index.js';
import type { Fault } from '../faults/fault.js';
import type { TestedSystem, TestedSystemOptions } from '../faults/system/tested-system.js';
import type { LoadKind, LoadResult } from '../faults/loads/load.js';
import { Loads } from '../faults/loads/loads.js';
import { seededRandom } from '../support/seeded-random.js';
import { until } from '../support/until.js';
import { measureCapacity } from './capacity.js';
import { findingsAbout, growthOf } from './flatness.js';
import type { Options } from './options.js';
import type { InflictedFault, SoakReport } from './report.js';
import { countChannels, takeSample, type Sample } from './resources.js';

const recoverWithinMs = 180_000;
/** The broker's management counts channels anew every five seconds; those of a killed process go with its heartbeats. */
const channelsWithinMs = 30_000;
/** A soak's list is long: it is looked at less often than in the matrix. */
const lookEveryMs = 1_000;
/** Of what is lost or duplicated, so many are named; the counts are of all. */
const shown = 20;

/** Everything that has to do with pictures, and clients of all of it. */
export const soakSystem: Omit<TestedSystemOptions, 'name'> = { staff: 'pictures', storage: 's3' };
const kinds: LoadKind[] = ['captions', 'uploads', 'measurements'];

/** Whether a fault needs nothing of its system that this one has not. */
function isPossible({ system = {} }: Fault): boolean {
  return system.storage !== 'directory' && Object.keys(system).every((what) => ['staff', 'storage'].includes(what));
}

/** Faults for such a system, done in half a minute, after which everything ends well. */
const candidates: Fault[] = faults.filter((fault) => {
  const { loads = ['captions'], slow, mayFail, cannotRun } = fault;
  const areAsked = loads.every((kind) => kinds.includes(kind));
  return isPossible(fault) && areAsked && !slow && !mayFail && cannotRun?.() === undefined;
});

/** Half of what the system can do, for many minutes, with one fault after the other. */
export class Soak {
  private readonly random: () => number;
  private readonly findings: string[] = [];
  private readonly inflicted: InflictedFault[] = [];
  private readonly samples: Sample[] = [];
  private startedAt = 0;

  constructor(
    private readonly system: TestedSystem,
    private readonly options: Options,
  ) {
    this.random = seededRandom(options.seed);
  }

  async run(): Promise<SoakReport> {
    const { system, options } = this;
    const capacity = await measureCapacity(system);
    const perSecond = capacity / 2;
    this.startedAt = performance.now();
    const loads = await Loads.start(system, { name: 'soak', kinds, perSecond, lookEveryMs });
    const results = await this.breakThings(loads).finally(() => loads.stop());
    const growth = growthOf(this.samples);
    const findings = [...this.findings, ...findingsAbout(growth, this.samples), ...results.flatMap(findingsOf)];
    const { seed, minutes } = options;
    return {
      seed,
      minutes,
      capacity,
      perSecond,
      faults: this.inflicted,
      loads: results,
      growth,
      findings,
    };
  }

  private async breakThings(loads: Loads): Promise<LoadResult[]> {
    const { options } = this;
    await loads.untilAcceptedFor(1);
    await this.settle(loads);
    while (this.seconds() < options.minutes * 60) {
      const begunAt = this.seconds();
      await this.inflict(this.drawFault(), loads);
      const rest = begunAt + options.every - this.seconds();
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest * 1_000));
    }
    await loads.stop();
    await this.settle(loads);
    const judged = await Promise.all(loads.all.map((load) => load.judge(0)));
    this.findings.push(...judged.flatMap(({ findings }) => findings));
    return judged.map(({ result }) => result);
  }

  private drawFault(): Fault {
    return candidates[Math.floor(this.random() * candidates.length)]!;
  }

  private async inflict(fault: Fault, loads: Loads): Promise<void> {
    const at = this.seconds();
    console.log(`${at.toFixed(0).padStart(5)} s  ${fault.title}`);
    const addFinding = (text: string): unknown => this.findings.push(`${fault.name}: ${text}`);
    await fault.inflict({
      system: this.system,
      loads,
      get load() {
        return loads.captions.submissions;
      },
      mark: () => undefined,
      addFinding,
    });
    const over = this.seconds();
    await this.settle(loads);
    const secondsToRecover = this.seconds() - over;
    this.inflicted.push({ name: fault.name, at, seconds: over - at, secondsToRecover });
  }

  /** Waits until everybody is ready, all that waited has ended and the channels of the dead are gone; then looks at what is held. */
  private async settle(loads: Loads): Promise<void> {
    const { system, samples } = this;
    await until('everybody is ready', () => system.isWell(), { within: recoverWithinMs, every: 200 });
    await loads.settle(recoverWithinMs);
    const usual = samples[0]?.channels;
    if (usual !== undefined) {
      const gone = async (): Promise<boolean> => (await countChannels(system)) <= usual;
      await until('channels are as before', gone, { within: channelsWithinMs, every: 500 }).catch(() => undefined);
    }
    samples.push(await takeSample(system, this.seconds()));
  }

  private seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }
}

function findingsOf({ kind, lost, duplicated, unexpected }: LoadResult): string[] {
  const named = (what: string, found: readonly (string | number)[]): string[] =>
    found.slice(0, shown).map((each) => `${kind} ${what}: ${each}`);
  return [...named('lost', lost), ...named('duplicated', duplicated), ...named('unexpected', unexpected)];
}
