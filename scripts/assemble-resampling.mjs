// @ts-check
/**
 * `npm run assemble:resampling`, after a change of resample.wat: writes its bytes into resample-bytes.ts beside it.
 * `--print` prints what it would write.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import projectDirectory from './setup/project-directory.cjs';

const root = projectDirectory.projectDirectory;
const source = join(root, 'libs/blip/src/preprocessing/resample.wat');
const assembler = join(root, 'node_modules/wabt/bin/wat2wasm');
const lettersOfALine = 110;

/** What it writes to a pipe it does not write whole. */
function assemble() {
  const directory = mkdtempSync(join(tmpdir(), 'ekphrasis-wat-'));
  try {
    const assembled = join(directory, 'resample.wasm');
    execFileSync(process.execPath, [assembler, source, `--output=${assembled}`]);
    return readFileSync(assembled);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const lines =
  assemble()
    .toString('base64')
    .match(new RegExp(`.{1,${lettersOfALine}}`, 'g')) ?? [];
const text = `/* By \`npm run assemble:resampling\` from resample.wat. */
export const resampleBytes = Buffer.from(
  [
${lines.map((line) => `    '${line}',\n`).join('')}  ].join(''),
  'base64',
);
`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(root, 'libs/blip/src/preprocessing/resample-bytes.ts'), text);
