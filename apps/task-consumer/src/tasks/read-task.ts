import { isUtf8 } from 'node:buffer';
import type { ResultsTable } from '@ekphrasis/persistence';

/** The kinds of message. One without a prefix is a user's id. */
export type TaskKind = ResultsTable['kind'];

/** What a message asks `MessageService` for. */
export type Task =
  | { method: 'AssignAB'; userId: string }
  /** In decimal digits. */
  | { method: 'Factorial'; n: string }
  | { method: 'MostFrequentLetter'; text: string }
  | { method: 'ProcessMessage'; text: string };

/** A message as it is kept, and what it asks for, or why nobody can tell. */
export interface ReadTask {
  /** As it was sent; of one that is no text, or a long one, as much as can be kept. */
  message: string;
  kind: TaskKind;
  task?: Task;
  error?: string;
}

const mostBytes = 1024 * 1024;
const keptCharacters = 1_000;
const prefix = /^(fact|freq|text):/;
const integer = /^[+-]?\d+$/;
/** Of the int64 that `n` is. */
const bounds = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** Reads a message: `user42`, `fact:6`, `freq:abracadabra` or `text:hello`. */
export function readTask(body: Buffer): ReadTask {
  if (body.byteLength > mostBytes) {
    const message = `${textOf(body.subarray(0, keptCharacters))}…`;
    return {
      message,
      kind: kindOf(message).kind,
      error: `Expected at most ${mostBytes} bytes but received ${body.byteLength}`,
    };
  }
  const message = textOf(body);
  const { kind, rest } = kindOf(message);
  const refused = (error: string): ReadTask => ({ message, kind, error });
  if (!isUtf8(body)) return refused('Expected UTF-8 but received other bytes');
  if (body.includes(0)) return refused('Expected a text without NUL characters');
  if (message.trim() === '') return refused('Expected a message but received an empty one');
  if (kind !== 'fact') return { message, kind, task: taskOf(kind, rest) };
  const digits = rest.trim();
  if (!integer.test(digits)) return refused(`Expected an integer after fact: but received ${shown(rest)}`);
  if (!isInt64(digits)) return refused(`Expected an integer of 64 bits after fact: but received ${shown(rest)}`);
  return { message, kind, task: { method: 'Factorial', n: BigInt(digits.replace('+', '')).toString() } };
}

function kindOf(message: string): { kind: TaskKind; rest: string } {
  const [whole = '', kind = 'ab'] = prefix.exec(message) ?? [];
  return { kind: kind as TaskKind, rest: message.slice(whole.length) };
}

function taskOf(kind: Exclude<TaskKind, 'fact'>, rest: string): Task {
  if (kind === 'ab') return { method: 'AssignAB', userId: rest };
  return { method: kind === 'freq' ? 'MostFrequentLetter' : 'ProcessMessage', text: rest };
}

/** What a database can keep of it: a text without NUL characters. */
function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replaceAll('\0', '\ufffd');
}

function isInt64(digits: string): boolean {
  if (digits.length > 100) return false;
  const n = BigInt(digits.replace('+', ''));
  return n >= bounds.least && n <= bounds.most;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 50 ? `${text.slice(0, 50)}…` : text);
}
