import type { Verdict } from '../load.js';
import type { AllUploadFacts, UploadFacts } from './upload-facts.js';
import type { UploadEntry } from './upload-load.js';

type JudgedEntry = Pick<UploadEntry, 'fileName' | 'request' | 'jobId' | 'firstEnd'>;

/** Judges one fault: every upload that was answered with a job has ended, alike on every replica, with one result, of which its client was told. */
export function uploadVerdictOf(entries: readonly JudgedEntry[], { jobs, hearing }: AllUploadFacts): Verdict {
  const lost = [...hearing.lost];
  const duplicated = [...hearing.duplicated];
  const unexpected: string[] = [...hearing.unexpected];
  let acknowledged = 0;
  let recovered = 0;
  for (const entry of entries) {
    const own = jobs.filter(({ fileName }) => fileName === entry.fileName);
    if (own.length > 1) duplicated.push(`${entry.fileName}: ${own.length} jobs`);
    const missing = entry.jobId === undefined ? undefined : lostOf(entry, own[0]);
    if (missing !== undefined) lost.push(missing);
    if (entry.jobId !== undefined && missing === undefined) acknowledged += 1;
    if (entry.jobId === undefined && own.length > 0) recovered += 1;
    duplicated.push(...own.flatMap((job) => differencesOf(entry, job)));
  }
  const sent = new Set(entries.map(({ fileName }) => fileName));
  unexpected.push(...jobs.filter(({ fileName }) => !sent.has(fileName)).map(({ jobId }) => jobId));
  return {
    submitted: entries.length,
    accepted: entries.filter(({ jobId }) => jobId !== undefined).length,
    acknowledged,
    failed: jobs.filter(({ statuses: [first] }) => first?.status === 'failed').length,
    lost,
    forgone: 0,
    duplicated,
    recovered,
    unexpected,
  };
}

/** Why it counts as lost; undefined where it does not. */
function lostOf({ jobId, fileName }: JudgedEntry, job?: UploadFacts): string | undefined {
  if (!job || job.jobId !== jobId) return `${fileName}: there is no job ${jobId}`;
  const { statuses, pictures, stored } = job;
  const states = statuses.map(({ status }) => status);
  if (states.length < pictures.length || new Set(states).size > 1) return `${jobId}: ${states.join(', ')}`;
  if (states[0] === 'failed') return undefined;
  if (states[0] !== 'completed') return `${jobId}: ${states[0]}`;
  if (stored.records === 0 || stored.pictures === 0) return `${jobId}: no result in storage`;
  const unreadable = pictures.find(({ status, isWhole }) => status !== 200 || !isWhole);
  return unreadable && `${jobId}: its picture is answered ${unreadable.status}`;
}

/** Whatever shows that a job had two effects, or another one than it should. */
function differencesOf({ request, firstEnd }: JudgedEntry, job: UploadFacts): string[] {
  const { jobId, statuses, stored, deadLetters } = job;
  const [first, ...others] = statuses;
  const found: string[] = [];
  const differ = (what: string): unknown => found.push(`${jobId}: ${what}`);
  if (!first) return found;
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) differ('replicas say different things');
  if (firstEnd && firstEnd.finished_at !== first.finished_at) differ('it was recorded again');
  if (firstEnd && JSON.stringify(firstEnd.result) !== JSON.stringify(first.result)) differ('its result changed');
  if (stored.pictures > 1 || stored.records > 1) differ(`${stored.pictures} pictures in storage`);
  if (deadLetters > 1) differ(`${deadLetters} dead letters`);
  if (first.status === 'failed') {
    if (deadLetters === 0) differ('it failed without a dead letter');
    return found;
  }
  if (deadLetters > 0) differ('it is completed and a dead letter');
  if (request.picture.isCorrupt) differ('it cannot be read, and is completed');
  const { result } = first;
  if (result && (result.width !== request.width || result.height !== request.height)) {
    differ(`it is ${result.width} x ${result.height}, the size of another`);
  }
  return found;
}
