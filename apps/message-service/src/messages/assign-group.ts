import { createHash } from 'node:crypto';

/** The group of an experiment that a user is in: drawn by the id alone, so the same on every machine, and of many users half in each. */
export function assignGroup(userId: string): 'A' | 'B' {
  const [first = 0] = createHash('sha256').update(userId, 'utf8').digest();
  return first % 2 === 0 ? 'A' : 'B';
}
