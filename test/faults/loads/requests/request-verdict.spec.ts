import { requestVerdictOf } from './request-verdict.js';

const answer = (id: number): string => JSON.stringify({ status: 'ok', data: { id } });
const entry = { title: 'one', answers: [answer(7)], isAccepted: true };
const task = { id: 7, title: 'one' };

describe('the verdict on requests', () => {
  it('has nothing against one with one task and one answer, however often that came', () => {
    const again = { ...entry, answers: [answer(7), answer(7)], refusal: 'no answer' };
    expect(requestVerdictOf([again], [task])).toMatchObject({
      accepted: 0,
      recovered: 1,
      acknowledged: 1,
      lost: [],
      duplicated: [],
    });
  });

  it('calls one lost that has no task, or is never accepted', () => {
    expect(requestVerdictOf([entry], []).lost).toEqual(['one: answered, and no task']);
    expect(requestVerdictOf([{ ...entry, answers: [], isAccepted: false }], [task]).lost).toEqual([
      'one: never accepted',
    ]);
  });

  it.each([
    ['two tasks', [answer(7)], [task, { ...task, id: 8 }]],
    ['two answers', [answer(7), answer(8)], [task]],
    ['the answer of another', [answer(8)], [task]],
  ])('calls one duplicated that has %s', (_, answers, listed) => {
    expect(requestVerdictOf([{ ...entry, answers }], listed).duplicated).toHaveLength(1);
  });

  it('names tasks that nobody asked for', () => {
    expect(requestVerdictOf([], [task]).unexpected).toEqual(['one']);
  });
});
