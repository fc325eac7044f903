import type { CaptioningClient } from '../../../support/captioning-client.js';
import { RedClient, type AnsweredMeasurement } from '../../../support/red-client.js';
import { pictureOf } from '../../../support/red-pictures.js';
import type { TestedSystem } from '../../system/tested-system.js';
import { operatorToken } from '../../system/processes.js';
import { Audience } from '../clients/audience.js';
import type { Entry } from '../entries.js';
import { EntryLoad } from '../entry-load.js';
import type { Load, LoadResult } from '../load.js';
import { Pace } from '../pace.js';
import { measurementFactsOf } from './measurement-facts.js';
import { measurementVerdictOf } from './measurement-verdict.js';

/** A picture that a client had measured. */
export interface MeasurementEntry extends Entry {
  /** Whose: the place of the client. */
  readonly owner: number;
  readonly fileName: string;
  /** What it should measure: ten-thousandths. */
  readonly share: number;
  measurement?: AnsweredMeasurement;
}

/** A receiver and what it asked for. */
export interface RedSubscription {
  readonly path: string;
  readonly owner: number;
  readonly events: string[];
  /** Told of pictures that are redder, in ten-thousandths; below 0 where it is told of all. */
  readonly above: number;
}

/** Two clients; the first has most of the pictures, and three receivers. */
export const redSubscriptions: readonly RedSubscription[] = [
  { path: '/measured', owner: 0, events: ['red.measured'], above: -1 },
  { path: '/above-3', owner: 0, events: ['red.exceeded'], above: 3_000 },
  { path: '/above-6', owner: 0, events: ['red.exceeded'], above: 6_000 },
  { path: '/other', owner: 1, events: ['red.exceeded'], above: 5_000 },
];
const shares = [0, 10_000, 3_000, 3_001, 5_000, 5_001, 6_000, 6_001, 1_200, 8_700];
/** One of so many pictures is the second client's. */
const everyOthers = 4;
const lookEveryMs = 100;

/** Clients that have pictures measured, and receivers that are told of them. */
export class MeasurementLoad extends EntryLoad<MeasurementEntry> implements Load {
  readonly kind = 'measurements';
  readonly perSecond = 5;
  readonly startedAt = new Date();
  protected readonly pace: Pace;
  private readonly watching: NodeJS.Timeout;

  private constructor(
    private readonly system: TestedSystem,
    private readonly name: string,
    private readonly pictures: readonly Buffer[],
    /** By owner, then by replica: one key. */
    readonly clients: readonly (readonly RedClient[])[],
    readonly audience: Audience,
  ) {
    super('measurements');
    this.pace = new Pace(this.perSecond, (number) => this.measure(number));
    this.watching = setInterval(() => this.look(), lookEveryMs);
  }

  static async start(system: TestedSystem, name: string): Promise<MeasurementLoad> {
    const pictures = await Promise.all(shares.map((share) => pictureOf(share)));
    const owners = await Promise.all(['one', 'other'].map((who) => clientsOf(system, `${name}-${who}`)));
    const audience = await Audience.open((data) => String(data['measurement_id']));
    for (const { path, owner, events, above } of redSubscriptions) {
      const threshold = above < 0 ? undefined : above / 10_000;
      await audience.subscribe(owners[owner]![0]!, path, events, threshold);
    }
    return new MeasurementLoad(system, name, pictures, owners, audience);
  }

  async judge(mayFail: number): Promise<{ result: LoadResult; findings: string[] }> {
    const facts = await measurementFactsOf(this);
    const verdict = measurementVerdictOf(this.entries.all, facts);
    clearInterval(this.watching);
    await this.audience.close();
    const findings = verdict.failed > mayFail ? [`${verdict.failed} measurements ended as dead letters`] : [];
    const { answerMs, endedMs } = this.entries;
    return { result: { ...verdict, kind: this.kind, answerMs, endedMs }, findings };
  }

  private async measure(number: number): Promise<void> {
    const owner = number % everyOthers === everyOthers - 1 ? 1 : 0;
    const share = number % shares.length;
    const entry: MeasurementEntry = {
      owner,
      fileName: `${this.name}-${number}.png`,
      share: shares[share]!,
      sentAt: performance.now(),
      isAccepted: false,
    };
    this.entries.all.push(entry);
    const replicas = this.clients[owner]!;
    try {
      const file = { name: entry.fileName, bytes: this.pictures[share]! };
      const answer = await replicas[number % replicas.length]!.send([file]);
      if (answer.status === 200)
        [entry.measurement] = answer.json<{ measurements: AnsweredMeasurement[] }>().measurements;
      else entry.refusal = String(answer.status);
    } catch (error) {
      entry.refusal = (error as Error).message;
    }
    entry.answeredAt = performance.now();
    entry.isAccepted = entry.measurement !== undefined;
  }

  /** A measurement has ended when everybody who asked for it was told. */
  private look(): void {
    for (const entry of this.entries.open) {
      const { owner, share, measurement } = entry;
      const told = redSubscriptions
        .filter((each) => each.owner === owner && share > each.above)
        .map(({ path }) => this.audience.timeOf(path, measurement!.measurement_id));
      // of a picture that is not red enough for anybody nobody ever hears
      if (told.every((at) => at !== undefined)) entry.endedAt = Math.max(entry.answeredAt ?? 0, ...told);
    }
  }
}

async function clientsOf({ apis }: TestedSystem, name: string): Promise<RedClient[]> {
  const urls = apis.map(({ client }: { client: CaptioningClient }) => client.url);
  const first = await RedClient.add(urls[0]!, operatorToken, name);
  return urls.map((url) => new RedClient(url, first.clientId, first.apiKey));
}
