// @ts-check
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A secret, e.g. the operator's token: what the variable says where it is set, otherwise one that is made once and kept in the
 * directory, readable by its owner alone, so that the next start has the same.
 *
 * @param {string} directory
 * @param {string} variable e.g. ADMIN_TOKEN
 * @returns {string} visible ASCII without blanks where it is made here
 */
export function provideSecret(directory, variable) {
  const set = process.env[variable];
  if (set) return set;
  const file = join(directory, variable.toLowerCase().replaceAll('_', '-'));
  try {
    writeFileSync(file, randomBytes(24).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}
