import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

it('are those of resample.wat', () => {
  const assembling = join(__dirname, '../../../../scripts/assemble-resampling.mjs');
  const assembled = execFileSync(process.execPath, [assembling, '--print'], { encoding: 'utf8' });
  expect(readFileSync(join(__dirname, 'resample-bytes.ts'), 'utf8')).toBe(assembled);
});
