import { groupedBy } from '../grouped.js';
import type { Verdict } from '../load.js';
import type { CountedPictures, MeasurementFacts } from './measurement-facts.js';
import type { MeasurementEntry } from './measurement-load.js';

type JudgedEntry = Pick<MeasurementEntry, 'owner' | 'fileName' | 'share' | 'measurement' | 'refusal'>;

/** Judges one fault: every picture that was answered with a measurement is listed, counted and told of, once, alike on every replica. */
export function measurementVerdictOf(
  entries: readonly JudgedEntry[],
  { clients, hearings }: MeasurementFacts,
): Verdict {
  const lost = hearings.flatMap((hearing) => hearing.lost);
  const duplicated = hearings.flatMap((hearing) => hearing.duplicated);
  const unexpected = hearings.flatMap((hearing) => hearing.unexpected);
  let acknowledged = 0;
  let recovered = 0;
  for (const [owner, { listed, counted }] of clients.entries()) {
    const own = entries.filter((entry) => entry.owner === owner);
    const names = new Set(own.map(({ fileName }) => fileName));
    const byName = listed.map((list) => groupedBy(list, ({ file_name: fileName }) => fileName ?? ''));
    for (const entry of own) {
      const found = byName.map((groups) => groups.get(entry.fileName) ?? []);
      const says = findingsOf(entry, found);
      lost.push(...says.lost);
      duplicated.push(...says.duplicated);
      if (entry.measurement && says.lost.length === 0) acknowledged += 1;
      if (!entry.measurement && found.some(({ length }) => length > 0)) recovered += 1;
    }
    const strangers = listed.flat().filter(({ file_name: fileName }) => !names.has(fileName ?? ''));
    unexpected.push(...strangers.map(({ measurement_id: id }) => `${id}: listed, and sent by nobody`));
    for (const counts of counted) {
      const shares = own.filter(({ fileName }) => byName[0]!.has(fileName));
      const wrong = miscounts(
        counts,
        shares.map(({ share }) => share),
      );
      lost.push(...wrong.filter(({ difference }) => difference < 0).map(({ text }) => text));
      duplicated.push(...wrong.filter(({ difference }) => difference > 0).map(({ text }) => text));
    }
  }
  return {
    submitted: entries.length,
    accepted: entries.filter(({ measurement }) => measurement !== undefined).length,
    acknowledged,
    failed: 0,
    lost,
    forgone: 0,
    duplicated,
    recovered,
    unexpected,
  };
}

/** @param found what each replica lists under its name */
function findingsOf(
  { fileName, share, measurement }: JudgedEntry,
  found: MeasurementFacts['clients'][number]['listed'],
): { lost: string[]; duplicated: string[] } {
  const lost = measurement && found.some(({ length }) => length === 0) ? [`${fileName}: not listed`] : [];
  const duplicated = found.some(({ length }) => length > 1) ? [`${fileName}: listed twice`] : [];
  for (const listed of found.flat()) {
    if (listed.red !== share / 10_000) duplicated.push(`${fileName}: measured as ${listed.red}`);
    if (measurement && JSON.stringify(listed) !== JSON.stringify(measurement)) {
      duplicated.push(`${fileName}: listed otherwise than it was answered`);
    }
  }
  return { lost, duplicated };
}

/** What statistics say otherwise than the list of all measurements. */
function miscounts(
  { images, above }: CountedPictures,
  shares: readonly number[],
): { difference: number; text: string }[] {
  const compared = [
    { what: 'pictures', counted: images, listed: shares.length },
    ...[...above].map(([threshold, counted]) => ({
      what: `pictures above ${threshold / 10_000}`,
      counted,
      listed: shares.filter((share) => share > threshold).length,
    })),
  ];
  return compared
    .filter(({ counted, listed }) => counted !== listed)
    .map(({ what, counted, listed }) => ({
      difference: counted - listed,
      text: `statistics count ${counted} ${what} where ${listed} are listed`,
    }));
}
