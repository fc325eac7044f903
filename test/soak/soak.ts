import { faults } from '../faults/catalogue/index.js';
import type { Fault } from '../faults/fault.js';
import { House } from '../faults/house/house.js';
import { collectFacts } from '../faults/watch/facts.js';
import { Load } from '../faults/watch/load.js';
import { Watcher } from '../faults/watch/watcher.js';
import { verdictOf, type Verdict } from '../faults/verdict.js';
import { seededRandom } from '../support/seeded-random.js';
import { until } from '../support/until.js';
import { measureCapacity } from './capacity.js';
import { complaintsAbout, growthOf } from './flatness.js';
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

/** Faults for any house, done in half a minute, in which every picture is described in the end. */
const candidates: Fault[] = faults.filter(({ house, slow, mayFail, cannotRun }) => {
  return !house && !slow && !mayFail && cannotRun?.() === undefined;
});

/** Half of what the house can do, for many minutes, with one fault after the other. */
export class Soak {
  private readonly random: () => number;
  private readonly complaints: string[] = [];
  private readonly inflicted: InflictedFault[] = [];
  private readonly samples: Sample[] = [];
  private startedAt = 0;

  constructor(
    private readonly house: House,
    private readonly options: Options,
  ) {
    this.random = seededRandom(options.seed);
  }

  async run(): Promise<SoakReport> {
    const { house, options } = this;
    const capacity = await measureCapacity(house);
    const perSecond = capacity / 2;
    const clients = house.apis.map(({ client }) => client);
    const watcher = await Watcher.start(clients, lookEveryMs);
    this.startedAt = performance.now();
    const load = new Load(clients, { perSecond, url: (number) => house.pictures.url(`soak-${number}`) });
    const verdict = await this.breakThings(load, watcher).finally(async () => {
      await load.stop();
      await watcher.stop();
    });
    const growth = growthOf(this.samples);
    const complaints = [...this.complaints, ...complaintsAbout(growth, this.samples), ...complaintsOf(verdict)];
    const { seed, minutes } = options;
    return {
      seed,
      minutes,
      capacity,
      perSecond,
      faults: this.inflicted,
      verdict,
      growth,
      complaints,
    };
  }

  private async breakThings(load: Load, watcher: Watcher): Promise<Verdict> {
    const { house, options } = this;
    await load.untilAccepted(20);
    await this.settle(load, watcher);
    while (this.seconds() < options.minutes * 60) {
      const begunAt = this.seconds();
      await this.inflict(this.drawFault(), load, watcher);
      const rest = begunAt + options.every - this.seconds();
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest * 1_000));
    }
    await load.stop();
    await load.repeatUnanswered();
    await this.settle(load, watcher);
    const { submissions, images } = await collectFacts(house, load, watcher);
    return verdictOf(submissions, images, watcher.sightings.keys());
  }

  private drawFault(): Fault {
    return candidates[Math.floor(this.random() * candidates.length)]!;
  }

  private async inflict(fault: Fault, load: Load, watcher: Watcher): Promise<void> {
    const at = this.seconds();
    console.log(`${at.toFixed(0).padStart(5)} s  ${fault.title}`);
    const complain = (text: string): unknown => this.complaints.push(`${fault.name}: ${text}`);
    await fault.inflict({ house: this.house, load, mark: () => undefined, complain });
    const over = this.seconds();
    await load.repeatUnanswered();
    await this.settle(load, watcher);
    const secondsToRecover = this.seconds() - over;
    this.inflicted.push({ name: fault.name, at, seconds: over - at, secondsToRecover });
  }

  /** Waits until everybody is ready, all that waited is described and the channels of the dead are gone; then looks at what is held. */
  private async settle(load: Load, watcher: Watcher): Promise<void> {
    const { house, samples } = this;
    await until('everybody is ready', () => house.isWell(), { within: recoverWithinMs, every: 200 });
    const ids = load.submissions.flatMap(({ imageId }) => imageId ?? []);
    await until('all are described', () => ids.every((id) => watcher.sightings.has(id)), { within: recoverWithinMs });
    const usual = samples[0]?.channels;
    if (usual !== undefined) {
      const gone = async (): Promise<boolean> => (await countChannels(house)) <= usual;
      await until('channels are as before', gone, { within: channelsWithinMs, every: 500 }).catch(() => undefined);
    }
    samples.push(await takeSample(house, this.seconds()));
  }

  private seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }
}

function complaintsOf({ lost, duplicated, unexpected, failed }: Verdict): string[] {
  return [
    ...lost.slice(0, shown).map((each) => `lost: ${each}`),
    ...duplicated.slice(0, shown).map((each) => `duplicated: ${each}`),
    ...unexpected.slice(0, shown).map((id) => `unexpected: ${id}`),
    ...(failed > 0 ? [`${failed} images ended as failed`] : []),
  ];
}
