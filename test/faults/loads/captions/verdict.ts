import type { Status } from '../../../support/captioning-client.js';
import type { Verdict } from '../load.js';

/** All that was seen of one accepted image when everything had settled. */
export interface ImageFacts {
  imageId: number;
  /** What each replica that knows it says of it. */
  statuses: Status[];
  /** How often each replica lists it. */
  listed: number[];
  /** What a client read when it first saw the image listed. */
  firstSeen?: Status;
  /** What storage holds for it. */
  result?: string;
  deadLetters: number;
  /** Whether it may have been recorded anew after it was first seen, as the stated price of the fault. */
  mayComeAgain: boolean;
  /** What its caption may say: one of these. Empty where that is not known. */
  words: string[];
}

export interface SubmissionFacts {
  /** Undefined where even repeating it brought none. */
  imageId?: number;
  /** Whether the first try was answered with an id. */
  answered: boolean;
  /** Milliseconds since the epoch at which it was repeated, where it was. */
  repeatedAt?: number;
  /** Whether its answer may have been in vain, as the stated price of the fault. */
  mayBeLost: boolean;
}

/**
 * Judges one fault: every id must have ended, alike on every replica, with one effect.
 *
 * @param listed all ids that appeared in a list while the fault ran
 */
export function verdictOf(submissions: SubmissionFacts[], images: ImageFacts[], listed: Iterable<number>): Verdict {
  const ids = submissions.flatMap(({ imageId }) => imageId ?? []);
  const given = new Set<number>();
  const isGivenAgain = (id: number): boolean => given.size === given.add(id).size;
  const twice = ids.filter(isGivenAgain).map((id) => `${id}: given to two pictures`);
  const byId = new Map(images.map((image) => [image.imageId, image]));
  const asked = new Set(ids);
  const isForgone = ({ imageId, mayBeLost }: SubmissionFacts): boolean =>
    mayBeLost && imageId !== undefined && isUnknown(byId.get(imageId));
  const lost = submissions.flatMap((submission, index) => {
    const { imageId } = submission;
    if (imageId === undefined) return `picture ${index}: no id`;
    if (isForgone(submission)) return [];
    const image = byId.get(imageId);
    if (!image || !hasEnded(image)) return `${imageId}: ${image?.statuses.map(({ status }) => status).join(', ')}`;
    return image.statuses[0]?.status === 'described' && image.result === undefined ? `${imageId}: no result` : [];
  });
  return {
    submitted: submissions.length,
    accepted: submissions.filter(({ answered }) => answered).length,
    acknowledged: images.filter(hasEnded).length,
    failed: images.filter(({ statuses }) => statuses[0]?.status === 'failed').length,
    lost,
    forgone: submissions.filter(isForgone).length,
    duplicated: [...twice, ...images.flatMap(differencesOf)],
    recovered: submissions.filter((submission) => wasAcceptedUnanswered(submission, byId)).length,
    unexpected: [...new Set(listed)].filter((id) => !asked.has(id)),
  };
}

/** Neither known nor listed anywhere. */
function isUnknown(image?: ImageFacts): boolean {
  return image !== undefined && image.statuses.length === 0 && image.listed.every((times) => times === 0);
}

function hasEnded({ statuses, listed }: ImageFacts): boolean {
  const described = statuses.every(({ status }) => status === 'described') && listed.every((times) => times >= 1);
  const failed = statuses.every(({ status }) => status === 'failed') && listed.every((times) => times === 0);
  return statuses.length > 0 && (described || failed);
}

/** Whatever shows that an image had two effects. */
function differencesOf(image: ImageFacts): string[] {
  const { imageId, statuses, listed, firstSeen, result, deadLetters, mayComeAgain, words } = image;
  const [first, ...others] = statuses;
  if (!first) return [];
  const found: string[] = [];
  const differ = (what: string): unknown => found.push(`${imageId}: ${what}`);
  if (others.some((other) => other.description !== first.description)) differ('replicas describe it differently');
  if (listed.some((times) => times > 1)) differ('listed twice');
  if (deadLetters > 1) differ(`${deadLetters} dead letters`);
  // a database that came back older has the image unfinished, and registries list it until they have loaded anew
  const wasUnfinishedAgain = mayComeAgain && firstSeen?.description === null;
  if (firstSeen && firstSeen.description !== first.description && !wasUnfinishedAgain) {
    differ(`its description changed from ${firstSeen.description} to ${first.description}`);
  }
  if (firstSeen && firstSeen.finishedAt !== first.finishedAt && !mayComeAgain) differ('it was recorded again');
  const { description } = first;
  if (description !== null && words.length > 0 && !words.some((said) => description.includes(said))) {
    differ(`it is a ${words.join(' or a ')}, and has the caption of another picture: ${description}`);
  }
  if (first.status === 'described' && result !== undefined && result !== first.description) {
    differ(`its result file says something else: ${result}`);
  }
  return found;
}

function wasAcceptedUnanswered({ answered, imageId, repeatedAt }: SubmissionFacts, byId: Map<number, ImageFacts>) {
  if (answered || imageId === undefined || repeatedAt === undefined) return false;
  const queuedAt = byId.get(imageId)?.statuses[0]?.queuedAt;
  return queuedAt !== undefined && Date.parse(queuedAt) < repeatedAt;
}
