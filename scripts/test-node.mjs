// @ts-check
/**
 * `npm run test:node-24`: the tests on another version of Node.js than the one that is installed. The first argument is its version,
 * all others are those of `npm test`. Ends with 77 where the registry does not have it for this system.
 */
import { join } from 'node:path';
import { startInForeground } from './setup/foreground.mjs';
import projectDirectory from './setup/project-directory.cjs';
import { provideNode } from './setup/provide-node.mjs';
import { runScript } from './setup/shutdown.mjs';

/** What automake's tests exit with where they cannot be run. */
const cannotBeRun = 77;

async function main() {
  const [version = '24', ...args] = process.argv.slice(2);
  const directory = await provideNode(version);
  if (!directory) {
    console.log(`Node.js ${version} cannot be had from the registry for ${process.platform} ${process.arch}`);
    return cannotBeRun;
  }
  const test = join(projectDirectory.projectDirectory, 'scripts/test.mjs');
  const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` };
  return startInForeground(join(directory, 'node'), [test, ...args], { env }).exited;
}

await runScript(main);
