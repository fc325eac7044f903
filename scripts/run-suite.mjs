// @ts-check
/**
 * `npm run test:faults`, `npm run soak`, `npm run fuzz`: sets up what this machine lacks, builds, and runs one of the long suites
 * of `test/` as a program of its own. The first argument names the suite, all others are for it.
 */
import { join } from 'node:path';
import { buildApplications } from './setup/build-applications.mjs';
import { startInForeground } from './setup/foreground.mjs';
import { installRabbitmq } from './setup/install-rabbitmq.mjs';
import { prepareMachine } from './setup/prepare-machine.mjs';
import { showStep } from './setup/progress.mjs';
import projectDirectory from './setup/project-directory.cjs';
import { runSuccessfully } from './setup/run-command.mjs';
import { runScript } from './setup/shutdown.mjs';

const root = projectDirectory.projectDirectory;

/** Compiles the suites, by Nest's command line, which makes paths of the libraries' names. What has not changed costs a second. */
async function buildSuites() {
  const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  await showStep('Building the suite', () =>
    runSuccessfully(process.execPath, [nest, 'build', '--config', 'test/nest-cli.json']),
  );
}

async function main() {
  const [suite, ...args] = process.argv.slice(2);
  await prepareMachine();
  await installRabbitmq(); // where it cannot, the suite says what is missing, or takes Docker
  await buildApplications();
  await buildSuites();
  const program = join(root, 'dist/suites/test', suite ?? '', 'main.js');
  return startInForeground(process.execPath, [program, ...args]).exited;
}

await runScript(main);
