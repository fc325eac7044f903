/* Real here: sharp, in processes of their own, since what is forbidden to it holds for a whole process. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const entry = join(__dirname, '../src/processes/typescript-entry.cjs');
const program = join(__dirname, 'support', 'svg-program.ts');

async function run(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [entry, program, ...args]);
  return stdout.trim();
}

it('leaves sharp as it is where decoding is no more than imported', async () => {
  expect(await run()).toBe('svg function');
});

it('keeps sharp from an SVG once our formats alone are allowed', async () => {
  expect(await run('allowed-alone')).toBe('none function');
});
