import type { TaskResult } from '../../../support/task-results.js';
import { messageVerdictOf } from './message-verdict.js';

const entry = { message: 'text:a', kind: 'text', result: /^A$/, isAccepted: true };
const result = { id: 1, message: 'text:a', kind: 'text', result: 'A', error: null } as TaskResult;

describe('the verdict on messages', () => {
  it('has nothing against one that has its result', () => {
    expect(messageVerdictOf([entry], [result])).toMatchObject({
      acknowledged: 1,
      lost: [],
      duplicated: [],
      unexpected: [],
    });
  });

  it('calls one lost that was confirmed and has none', () => {
    expect(messageVerdictOf([entry], []).lost).toEqual(['text:a: no result']);
    expect(messageVerdictOf([{ ...entry, isAccepted: false }], []).lost).toEqual([]);
  });

  it('counts one that was not confirmed, and has a result, as recovered', () => {
    expect(messageVerdictOf([{ ...entry, isAccepted: false }], [result]).recovered).toBe(1);
  });

  it('calls one duplicated that has two results, or another than it should', () => {
    expect(messageVerdictOf([entry], [result, { ...result, id: 2 }]).duplicated).toEqual(['text:a: 2 results']);
    expect(messageVerdictOf([entry], [{ ...result, result: 'B' }]).duplicated).toEqual(['text:a: text B']);
    expect(messageVerdictOf([{ ...entry, result: undefined }], [result]).duplicated).toHaveLength(1);
  });

  it('names results of what nobody sent', () => {
    expect(messageVerdictOf([], [result]).unexpected).toEqual(['1: text:a']);
  });
});
