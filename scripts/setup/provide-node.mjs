// @ts-check
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import projectDirectory from './project-directory.cjs';
import { showStep } from './progress.mjs';
import { npmCommand, runCommand, runSuccessfully } from './run-command.mjs';

/**
 * Another version of Node.js: the plain program, from the npm package that holds it for this system, kept under `.run/node`.
 *
 * @param {string} version exact, such as `24.21.0`, or a range, such as `24`
 * @returns {Promise<string | undefined>} the directory in which its `node` is; undefined where the registry does not have it
 */
export async function provideNode(version) {
  const kept = join(projectDirectory.projectDirectory, '.run/node', version);
  const program = join(kept, 'bin/node');
  if ((await runCommand(program, ['--version'])).code === 0) return join(kept, 'bin');
  const name = `node-${process.platform}-${process.arch}@${version}`;
  const partial = `${kept}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    await showStep(`Fetching ${name}`, async () => {
      const [npm, args] = npmCommand('pack', '--silent', '--pack-destination', partial, name);
      const archive = (await runSuccessfully(npm, args)).trim().split('\n').at(-1) ?? '';
      const unpack = ['-xzf', join(partial, archive), '-C', partial, '--strip-components=1', 'package/bin/node'];
      await runSuccessfully('tar', unpack);
      rmSync(join(partial, archive));
    });
  } catch (error) {
    console.error(error.message);
    rmSync(partial, { recursive: true, force: true });
    return undefined;
  }
  rmSync(kept, { recursive: true, force: true });
  renameSync(partial, kept);
  return join(kept, 'bin');
}
