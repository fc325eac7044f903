/* Real here: commands as they are typed, built where that is needed, and pipes that nobody reads any more. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pngPicture } from '../../pictures/test/support/pictures.js';

let directory: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-closed-output-'));
  environment = { ...process.env, DIR: directory, NODE_OPTIONS: '' };
  for (const name of ['a', 'b']) await writeFile(join(directory, `${name}.png`), await pngPicture(name.charCodeAt(0)));
  const made = await run(
    '$MODEL random --config tiny --out $DIR/checkpoint && $MODEL compile $DIR/checkpoint --out $DIR/bundle',
  );
  expect(made).toMatchObject({ code: 0 });
}, 300_000);

afterAll(() => rm(directory, { recursive: true }));

/** Output 3 is a pipe whose reader has ended. */
function run(command: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = `MODEL='npm run --silent model --'; exec 3> >(:); wait $!; ${command}`;
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { env: environment }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr: withoutNpmWarnings(stderr) }),
    );
  });
}

function withoutNpmWarnings(text: string): string {
  return text.replace(/^npm warn .*\n/gm, '');
}

it('ends a command in the middle, without a word, when its reader has read enough', async () => {
  const { stdout, stderr } = await run(
    '$MODEL caption $DIR/bundle $DIR/a.png $(yes $DIR/b.png | head -99) --json | head -1',
  );
  expect(JSON.parse(stdout)).toMatchObject({ file: join(directory, 'a.png') });
  expect(stderr).toBe('');
});

it.each([
  ['caption', '$MODEL caption $DIR/bundle $DIR/a.png --json >&3'],
  ['inspect', '$MODEL inspect $DIR/bundle >&3'],
  ['verify', '$MODEL verify $DIR/bundle >&3'],
  ['the usage', '$MODEL --help >&3'],
  ['a script that starts and stops things', 'node scripts/start.mjs --help >&3'],
  ['a script that only prints', 'node scripts/licences.mjs >&3'],
])('ends as SIGPIPE would when nobody reads the output of %s', async (_name, command) => {
  expect(await run(command)).toEqual({ code: 141, stdout: '', stderr: '' });
});

it('ends as SIGPIPE would when nobody reads its progress', async () => {
  expect(await run('$MODEL random --config tiny --out $DIR/other 2>&3')).toEqual({ code: 141, stdout: '', stderr: '' });
});
