import { until } from '../../../support/until.js';
import type { AnsweredMeasurement, RedClient } from '../../../support/red-client.js';
import type { Hearing } from '../clients/audience.js';
import { redSubscriptions, type MeasurementLoad } from './measurement-load.js';

/** How many pictures of a client the statistics of one replica count, and how many of these are redder than each threshold. */
export interface CountedPictures {
  images: number;
  /** By threshold, in ten-thousandths. */
  above: ReadonlyMap<number, number>;
}

/** All that was seen of the measurements of one client when everything had settled. */
export interface ClientFacts {
  /** By each replica: what it lists. */
  listed: AnsweredMeasurement[][];
  /** By each replica. */
  counted: CountedPictures[];
}

export interface MeasurementFacts {
  clients: ClientFacts[];
  hearings: Hearing[];
}

const thresholds = [3_000, 6_000];
const pageSize = 1_000;
/** Those who got no answer may have been accepted; they are counted a moment later than others. */
const agreeWithinMs = 15_000;

/** Asks every replica, and every receiver, what became of each picture. */
export async function measurementFactsOf({
  clients,
  audience,
  entries,
  startedAt,
}: MeasurementLoad): Promise<MeasurementFacts> {
  const facts = await Promise.all(
    clients.map(async (replicas): Promise<ClientFacts> => {
      const listed = await Promise.all(replicas.map(listOf));
      const counted = await Promise.all(replicas.map((client) => countsOf(client, startedAt)));
      return { listed, counted };
    }),
  );
  const hearings = redSubscriptions.map(async ({ path, owner, above, events }) => {
    const { listed } = facts[owner]!;
    const shares = new Map(entries.all.map(({ fileName, share }) => [fileName, share]));
    const expected = new Map(
      (listed[0] ?? [])
        .filter(({ file_name: fileName }) => (shares.get(fileName ?? '') ?? -1) > above)
        .map((measurement) => {
          const isRight = (data: Record<string, unknown>, type: string): boolean =>
            type === events[0] && JSON.stringify(data) === JSON.stringify(measurement);
          return [measurement.measurement_id, { about: measurement.measurement_id, isRight }];
        }),
    );
    const subscription = audience.subscriptions.find((each) => each.path === path)!;
    const heard = (): boolean => [...expected.keys()].every((id) => audience.timeOf(path, id) !== undefined);
    await until('all listed ones are told of', heard, { within: agreeWithinMs }).catch(() => undefined);
    await audience.untilRecorded(agreeWithinMs).catch(() => undefined);
    return audience.judge(subscription, expected);
  });
  return { clients: facts, hearings: await Promise.all(hearings) };
}

async function listOf(client: RedClient): Promise<AnsweredMeasurement[]> {
  const all: AnsweredMeasurement[] = [];
  for (;;) {
    const after = all.at(-1)?.measurement_id;
    const page = await client.measurements({ limit: String(pageSize), ...(after !== undefined && { after }) });
    all.push(...page);
    if (page.length < pageSize) return all;
  }
}

async function countsOf(client: RedClient, startedAt: Date): Promise<CountedPictures> {
  const from = new Date(startedAt.getTime() - 60_000).toISOString();
  const to = new Date(Date.now() + 60_000).toISOString();
  const answers = await Promise.all(
    thresholds.map((above) => client.statistics({ from, to, above: String(above / 10_000) })),
  );
  const above = new Map(thresholds.map((threshold, index) => [threshold, answers[index]!.above.images]));
  return { images: answers[0]!.images, above };
}
