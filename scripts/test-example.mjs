// @ts-check
/**
 * `npm run test:example`: whether the example of CONTRIBUTING.md still holds. Takes the working tree, but for what git ignores, into a
 * directory of its own, where the diff must apply, stay short and keep to our format, lint and types; then runs its tests there, with a
 * broker and a database of their own. A minute or two.
 */
import { constants, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claimTemporaryDirectory } from './setup/claim-directory.mjs';
import { startInForeground } from './setup/foreground.mjs';
import { prepareMachine } from './setup/prepare-machine.mjs';
import { showStep } from './setup/progress.mjs';
import projectDirectory from './setup/project-directory.cjs';
import { runSuccessfully } from './setup/run-command.mjs';
import { runScript } from './setup/shutdown.mjs';

const root = projectDirectory.projectDirectory;
const example = 'docs/examples/add-a-kind-of-job.diff';
/** Of the whole file, with its headers. */
const fewerLinesThan = 150;

/** @param {string} directory */
async function copyTree(directory) {
  const listing = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = (await runSuccessfully('git', listing)).split('\0');
  for (const file of files.filter((each) => each !== '' && existsSync(join(root, each)))) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    copyFileSync(join(root, file), join(directory, file), constants.COPYFILE_FICLONE);
  }
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
}

/** @throws Error where it is too long */
function checkLength() {
  const lines = readFileSync(join(root, example), 'utf8').split('\n').length - 1;
  if (lines >= fewerLinesThan) {
    throw new Error(`Expected fewer than ${fewerLinesThan} lines for ${example} but received ${lines}`);
  }
  console.log(`${example} has ${lines} lines`);
}

/**
 * @param {string} directory
 * @returns {Promise<string[]>} the files that it adds or changes
 */
async function applyExample(directory) {
  const diff = join(directory, example);
  // the copy lies within our repository, of which git would take it for a part
  const environment = { GIT_CEILING_DIRECTORIES: dirname(directory) };
  const git = ['-C', directory, 'apply'];
  await runSuccessfully('git', [...git, '--whitespace=error-all', diff], { environment });
  const changes = await runSuccessfully('git', [...git, '--numstat', '-z', diff], { environment });
  return changes.split('\0').flatMap((line) => line.split('\t')[2] ?? []);
}

/**
 * Runs a program of ours in the copy, which shows what it says.
 *
 * @param {string} directory
 * @param {string[]} args
 * @throws Error where it fails
 */
async function run(directory, ...args) {
  console.log(`\n> ${args.join(' ')}`);
  const code = await startInForeground(process.execPath, args, { cwd: directory }).exited;
  if (code !== 0) throw new Error(`${args.join(' ')} failed with exit code ${code}, with ${example} applied`);
}

/**
 * @param {string} directory
 * @param {string[]} specs
 * @throws Error where jest would pass over one of them: it lies where no project looks
 */
async function expectRun(directory, specs) {
  const jest = join(directory, 'node_modules/jest/bin/jest.js');
  const listed = await runSuccessfully(process.execPath, [jest, '--rootDir', directory, '--listTests', ...specs]);
  const missing = specs.filter((spec) => !listed.includes(join(directory, spec)));
  if (specs.length === 0 || missing.length > 0)
    throw new Error(`No project of jest has ${missing.join(', ') || 'a test'}`);
}

async function main() {
  await prepareMachine();
  checkLength();
  const { path: directory } = claimTemporaryDirectory('example');
  await showStep('Copying the working tree', () => copyTree(directory));
  const files = await showStep('Applying the example', () => applyExample(directory));
  const specs = files.filter((file) => file.endsWith('.spec.ts'));
  await run(directory, 'node_modules/prettier/bin/prettier.cjs', '--check', ...files);
  await run(directory, 'node_modules/typescript/bin/tsc', '--noEmit');
  await run(directory, 'node_modules/eslint/bin/eslint.js', ...files);
  await expectRun(directory, specs);
  await run(directory, 'scripts/test.mjs', ...specs);
  return 0;
}

await runScript(main);
