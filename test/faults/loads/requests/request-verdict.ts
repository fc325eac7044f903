import type { Answer } from '../../../support/task-client.js';
import { groupedBy } from '../grouped.js';
import type { Verdict } from '../load.js';
import type { RequestEntry } from './request-load.js';

/** A task as its user lists it. */
export interface ListedTask {
  id: string | number;
  title: string;
}

type JudgedEntry = Pick<RequestEntry, 'title' | 'answers' | 'isAccepted' | 'refusal'>;

/** Judges one fault: every request has one task and one answer, however often it was sent. @param listed all tasks of the user */
export function requestVerdictOf(entries: readonly JudgedEntry[], listed: readonly ListedTask[]): Verdict {
  const byTitle = groupedBy(listed, ({ title }) => title);
  const found = entries.map((entry) => ({ entry, tasks: byTitle.get(entry.title) ?? [] }));
  const asked = new Set(entries.map(({ title }) => title));
  return {
    submitted: entries.length,
    accepted: entries.filter(({ isAccepted, refusal }) => isAccepted && refusal === undefined).length,
    acknowledged: found.filter(({ entry, tasks }) => entry.isAccepted && tasks.length > 0).length,
    failed: 0,
    lost: found.flatMap(({ entry, tasks }) => lostOf(entry, tasks)),
    forgone: 0,
    duplicated: found.flatMap(({ entry, tasks }) => differencesOf(entry, tasks)),
    recovered: entries.filter(({ isAccepted, refusal }) => isAccepted && refusal !== undefined).length,
    unexpected: listed.filter(({ title }) => !asked.has(title)).map(({ title }) => title),
  };
}

function lostOf({ title, isAccepted, answers }: JudgedEntry, tasks: readonly ListedTask[]): string[] {
  if (!isAccepted) return [`${title}: never accepted${answers[0] === undefined ? '' : `: ${answers[0]}`}`];
  return tasks.length === 0 ? [`${title}: answered, and no task`] : [];
}

function differencesOf({ title, answers }: JudgedEntry, tasks: readonly ListedTask[]): string[] {
  const twice = tasks.length > 1 ? [`${title}: ${tasks.length} tasks`] : [];
  if (new Set(answers).size > 1) return [...twice, `${title}: answered in two ways: ${answers.join(' ')}`];
  const [first] = answers;
  const answered = first === undefined ? undefined : (JSON.parse(first) as Answer);
  const [task] = tasks;
  const isAnother = answered?.status === 'ok' && task && (answered.data as ListedTask).id !== task.id;
  return isAnother ? [...twice, `${title}: the answer names another task`] : twice;
}
