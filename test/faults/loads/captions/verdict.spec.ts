import type { Status } from '../../../support/captioning-client.js';
import { verdictOf, type ImageFacts, type SubmissionFacts } from './verdict.js';

const described = { status: 'described', description: 'a red circle', finishedAt: '2026-01-01T00:00:02Z' } as Status;
const queued = { status: 'queued', description: null, finishedAt: null } as Status;
const failed = { status: 'failed', description: null, finishedAt: '2026-01-01T00:00:02Z' } as Status;

function image(changes: Partial<ImageFacts> = {}): ImageFacts {
  const statuses = [described, described];
  return {
    imageId: 1,
    statuses,
    listed: [1, 1],
    firstSeen: described,
    result: 'a red circle',
    deadLetters: 0,
    mayComeAgain: false,
    words: ['red circle', 'blue square'],
    ...changes,
  };
}

function judge(changes: Partial<ImageFacts>, submission: Partial<SubmissionFacts> = {}, listed = [1]) {
  return verdictOf([{ imageId: 1, answered: true, mayBeLost: false, ...submission }], [image(changes)], listed);
}

describe('the verdict on a fault', () => {
  it('has nothing against an image that is described alike everywhere', () => {
    const counts = { submitted: 1, accepted: 1, acknowledged: 1, failed: 0, recovered: 0 };
    expect(judge({})).toEqual({ ...counts, lost: [], forgone: 0, duplicated: [], unexpected: [] });
  });

  it('counts an image that failed, visibly and everywhere, as acknowledged', () => {
    const facts = { statuses: [failed, failed], listed: [0, 0], result: undefined, firstSeen: undefined };
    expect(judge(facts, {}, [])).toMatchObject({ acknowledged: 1, failed: 1, lost: [] });
  });

  it.each([
    ['still waits', { statuses: [queued, queued], listed: [0, 0] }],
    ['is described for one replica alone', { statuses: [described, queued] }],
    ['one replica does not list', { listed: [1, 0] }],
    ['nobody knows', { statuses: [] }],
    ['has no result in storage', { result: undefined }],
  ])('calls an image lost that %s', (_, facts) => {
    expect(judge(facts).lost).toHaveLength(1);
  });

  it('counts an image that nobody knows as forgone where that is the price of the fault', () => {
    const facts = { statuses: [], listed: [0, 0] };
    expect(judge(facts, { mayBeLost: true })).toMatchObject({ lost: [], forgone: 1, acknowledged: 0, duplicated: [] });
  });

  it.each([
    ['waits', { statuses: [queued, queued], listed: [0, 0] }],
    ['is listed', { statuses: [], listed: [0, 1] }],
    ['has no result in storage', { result: undefined }],
  ])('forgoes none that %s', (_, facts) => {
    expect(judge(facts, { mayBeLost: true })).toMatchObject({ lost: [expect.any(String)], forgone: 0 });
  });

  it('calls a picture lost that never gets an id', () => {
    expect(verdictOf([{ answered: false, mayBeLost: true }], [], []).lost).toEqual(['picture 0: no id']);
  });

  it.each([
    ['replicas describe differently', { statuses: [described, { ...described, description: 'a blue square' }] }],
    ['a replica lists twice', { listed: [1, 2] }],
    ['has two dead letters', { deadLetters: 2 }],
    ['was described otherwise at first', { firstSeen: { ...described, description: 'a blue square' } }],
    ['was recorded once more', { firstSeen: { ...described, finishedAt: '2026-01-01T00:00:01Z' } }],
    ['has another text in storage', { result: 'a blue square' }],
    ['has the caption of another picture', { words: ['green star'] }],
  ])('calls an image duplicated that %s', (_, facts) => {
    expect(judge(facts).duplicated).toHaveLength(1);
  });

  it('lets an image be recorded again, in the same words, where that is the price of the fault', () => {
    const facts = { firstSeen: { ...described, finishedAt: '2026-01-01T00:00:01Z' }, mayComeAgain: true };
    expect(judge(facts).duplicated).toEqual([]);
    const other = { ...facts.firstSeen, description: 'a blue square' };
    expect(judge({ ...facts, firstSeen: other }).duplicated).toHaveLength(1);
  });

  it('lets an image be listed and unfinished for a moment, where that is the price of the fault, and never otherwise', () => {
    expect(judge({ firstSeen: queued, mayComeAgain: true }).duplicated).toEqual([]);
    expect(judge({ firstSeen: queued, mayComeAgain: false }).duplicated).not.toEqual([]);
  });

  it('calls an id duplicated that two pictures were given', () => {
    const submissions = [1, 1].map((imageId) => ({ imageId, answered: true, mayBeLost: false }));
    expect(verdictOf(submissions, [image()], [1]).duplicated).toEqual(['1: given to two pictures']);
  });

  it('names listed images that nobody asked for', () => {
    expect(judge({}, {}, [1, 2]).unexpected).toEqual([2]);
  });

  it.each([
    ['before it was repeated', '2026-01-01T00:00:00Z', 1],
    ['by being repeated', '2026-01-01T00:00:02Z', 0],
  ])('tells an image without an answer that was accepted %s', (_, queuedAt, recovered) => {
    const statuses = [{ ...described, queuedAt }];
    const repeatedAt = Date.parse('2026-01-01T00:00:01Z');
    expect(judge({ statuses, listed: [1] }, { answered: false, repeatedAt })).toMatchObject({ accepted: 0, recovered });
  });
});
