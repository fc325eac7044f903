// @ts-check
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The operator's token: ADMIN_TOKEN where it is set, otherwise one that is made once and kept in the directory, readable by its
 * owner alone, so that the next start has the same.
 *
 * @param {string} directory
 * @returns {string}
 */
export function provideOperatorToken(directory) {
  if (process.env.ADMIN_TOKEN) return process.env.ADMIN_TOKEN;
  const file = join(directory, 'admin-token');
  try {
    writeFileSync(file, randomBytes(24).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}
