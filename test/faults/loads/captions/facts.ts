import type { CaptioningClient, Status } from '../../../support/captioning-client.js';
import { until } from '../../../support/until.js';
import type { TestedSystem } from '../../system/tested-system.js';
import type { ImageFacts, SubmissionFacts } from './verdict.js';
import type { ImageSubmissions } from './image-submissions.js';
import type { Watcher } from './watcher.js';

const atOnce = 16;
/** A replica hears of what another recorded a moment later. */
const agreeWithinMs = 10_000;

/** Asks every replica, and storage, what became of each picture. */
export async function collectFacts(
  system: TestedSystem,
  { all: given, lossWindow }: Pick<ImageSubmissions, 'all' | 'lossWindow'>,
  watcher: Watcher,
): Promise<{ submissions: SubmissionFacts[]; images: ImageFacts[] }> {
  const submissions = given.map(({ imageId, refusal, repeatedAt, mayBeLost }) => ({
    imageId,
    answered: refusal === undefined && imageId !== undefined,
    repeatedAt,
    mayBeLost,
  }));
  const urls = new Map(given.map(({ imageId, url }) => [imageId, url]));
  const ids = [...new Set(submissions.flatMap(({ imageId }) => imageId ?? []))];
  const clients = system.apis.map(({ client }) => client);
  const lists = await agreeingLists(clients);
  const letters = countsOf((await deadLettersOf(clients[0]!)).flatMap(({ imageId }) => imageId ?? []));
  const statuses = await Promise.all(clients.map((client) => statusesOf(client, ids)));
  const results = await inTurns(ids, (imageId) => system.resultOf(imageId));
  const isInLossWindow = (at = 0): boolean =>
    lossWindow !== undefined && at >= lossWindow.since && at <= lossWindow.until;
  const images = ids.map((imageId, index) => ({
    imageId,
    mayComeAgain: isInLossWindow(watcher.sightings.get(imageId)?.at),
    statuses: statuses.flatMap((ofReplica) => ofReplica[index] ?? []),
    listed: lists.map((list) => list.get(imageId) ?? 0),
    firstSeen: watcher.sightings.get(imageId)?.status,
    result: results[index],
    deadLetters: letters.get(imageId) ?? 0,
    words: system.pictures.wordsFor(urls.get(imageId) ?? ''),
  }));
  return { submissions, images };
}

async function agreeingLists(clients: readonly CaptioningClient[]): Promise<Map<number, number>[]> {
  const read = () => Promise.all(clients.map((client) => client.finishedIds()));
  await until('replicas list the same', async () => new Set((await read()).map(String)).size === 1, {
    within: agreeWithinMs,
  }).catch(() => undefined);
  return (await read()).map(countsOf);
}

function countsOf(ids: number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

async function deadLettersOf(client: CaptioningClient) {
  return (await client.get('/dlq?limit=1000')).json.letters;
}

function statusesOf(client: CaptioningClient, ids: readonly number[]): Promise<(Status | undefined)[]> {
  return inTurns(ids, (id) => client.statusIfKnown(id));
}

/** Asks for each of them, some at once: after an hour of load there are a hundred thousand. */
async function inTurns<T>(ids: readonly number[], ask: (id: number) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (let from = 0; from < ids.length; from += atOnce) {
    found.push(...(await Promise.all(ids.slice(from, from + atOnce).map(ask))));
  }
  return found;
}
