import { createHash } from 'node:crypto';
import type { ProcessingStatus } from '../../../support/processing-client.js';
import { until } from '../../../support/until.js';
import type { Hearing } from '../clients/audience.js';
import { groupedBy } from '../grouped.js';
import type { UploadLoad } from './upload-load.js';

/** All that was seen of one processing job when everything had settled. */
export interface UploadFacts {
  jobId: string;
  fileName: string;
  /** What each replica that knows it says of it. */
  statuses: ProcessingStatus[];
  /** Of what `GET /processed/<job_id>` answers on each replica: the status; whether the bytes are those that the key names. */
  pictures: { status: number; isWhole: boolean }[];
  /** What storage holds of it: pictures, and records that name one. */
  stored: { pictures: number; records: number };
  deadLetters: number;
}

export interface AllUploadFacts {
  jobs: UploadFacts[];
  hearing: Hearing;
}

const processed = '/processed/';
const isProcessed = (key: string): boolean => key.startsWith(processed);
const jobIdIn = (key: string): string => key.slice(processed.length, processed.length + 36);
const atOnce = 8;
const agreeWithinMs = 30_000;

/** Asks every replica, storage, the dead letters and the receiver what became of each upload, those without an answer too. */
export async function uploadFactsOf(load: UploadLoad): Promise<AllUploadFacts> {
  const { system, name, audience } = load;
  const known = (where = ''): Promise<Record<string, unknown>[]> =>
    system.database.execute(`SELECT id, file_name FROM processing_jobs WHERE file_name LIKE '${name}-%' ${where}`);
  const areEnded = async (): Promise<boolean> => (await known('AND finished_at IS NULL')).length === 0;
  await until('those without an answer have ended', areEnded, { within: agreeWithinMs }).catch(() => undefined);
  const rows = (await known()).map((row) => ({ jobId: String(row['id']), fileName: String(row['file_name']) }));
  const stored = groupedBy([...system.objects.objects.keys()].filter(isProcessed), jobIdIn);
  const jobs: UploadFacts[] = [];
  for (let from = 0; from < rows.length; from += atOnce) {
    jobs.push(
      ...(await Promise.all(rows.slice(from, from + atOnce).map((row) => factsOf(load, row, stored.get(row.jobId))))),
    );
  }
  const expected = new Map(
    jobs.map(({ jobId, statuses: [status] }) => {
      const isRight = (data: Record<string, unknown>, type: string): boolean =>
        type === `processing.${status?.status}` && JSON.stringify(data['result']) === JSON.stringify(status?.result);
      return [jobId, { about: jobId, isRight }];
    }),
  );
  const [subscription] = audience.subscriptions;
  const heard = (): boolean => jobs.every(({ jobId }) => audience.timeOf('/processed', jobId) !== undefined);
  await until('all jobs are told of', heard, { within: agreeWithinMs }).catch(() => undefined);
  await audience.untilRecorded(agreeWithinMs).catch(() => undefined);
  return { jobs, hearing: await audience.judge(subscription!, expected) };
}

async function factsOf(
  { system, replicas, apiKey }: UploadLoad,
  row: { jobId: string; fileName: string },
  keys: readonly string[] = [],
): Promise<UploadFacts> {
  const { jobId } = row;
  const statuses = await Promise.all(replicas.map((each) => each.status(jobId, apiKey).catch(() => [])));
  const pictures = replicas.map(async (each) => {
    const { answer, bytes } = await each.picture(jobId, { authorization: `Bearer ${apiKey}` });
    const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    return { status: answer.status, isWhole: answer.headers.get('etag')?.includes(`${jobId}-${digest}.`) ?? false };
  });
  const records = keys.filter((key) => key.endsWith('.json')).length;
  const letters = await system.database.execute(`SELECT 1 FROM dead_letters WHERE row_id = '${jobId}'`);
  return {
    ...row,
    statuses: statuses.flat(),
    pictures: await Promise.all(pictures),
    stored: { pictures: keys.length - records, records },
    deadLetters: letters.length,
  };
}
