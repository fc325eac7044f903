import type { TaskResult } from '../../../support/task-results.js';
import { groupedBy } from '../grouped.js';
import type { Verdict } from '../load.js';
import type { MessageEntry } from './message-load.js';

type JudgedEntry = Pick<MessageEntry, 'message' | 'kind' | 'result' | 'isAccepted'>;

/** Judges one fault: every message that the broker confirmed has one result, the right one. @param results all of this load */
export function messageVerdictOf(entries: readonly JudgedEntry[], results: readonly TaskResult[]): Verdict {
  const byMessage = groupedBy(results, ({ message }) => message);
  const found = entries.map((entry) => ({ entry, own: byMessage.get(entry.message) ?? [] }));
  const sent = new Set(entries.map(({ message }) => message));
  const ended = found.filter(({ entry, own }) => entry.isAccepted && own.length > 0);
  return {
    submitted: entries.length,
    accepted: entries.filter(({ isAccepted }) => isAccepted).length,
    acknowledged: ended.length,
    failed: 0,
    lost: found
      .filter(({ entry, own }) => entry.isAccepted && own.length === 0)
      .map(({ entry }) => `${entry.message}: no result`),
    forgone: 0,
    duplicated: found.flatMap(({ entry, own }) => differencesOf(entry, own)),
    recovered: found.filter(({ entry, own }) => !entry.isAccepted && own.length > 0).length,
    unexpected: results.filter(({ message }) => !sent.has(message)).map(({ id, message }) => `${id}: ${message}`),
  };
}

function differencesOf({ message, kind, result }: JudgedEntry, own: readonly TaskResult[]): string[] {
  const twice = own.length > 1 ? [`${message}: ${own.length} results`] : [];
  const isRight = (each: TaskResult): boolean =>
    each.kind === kind && (result ? result.test(each.result ?? '') && each.error === null : each.error !== null);
  return [
    ...twice,
    ...own
      .filter((each) => !isRight(each))
      .map((each) => `${message}: ${each.kind} ${each.result ?? ''}${each.error ?? ''}`),
  ];
}
