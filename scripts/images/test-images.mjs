// @ts-check
/**
 * `npm run test:images`: builds the images and runs the services of docker-compose.yml from them, with Docker where an engine
 * answers, else on Linux as root with an engine of its own under `.run/images` (4 GB), which nothing outside notices. Ends with 77
 * where neither is possible.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isComposeAvailable } from '../setup/compose-services.mjs';
import projectDirectory from '../setup/project-directory.cjs';
import { showStep } from '../setup/progress.mjs';
import { provideNode } from '../setup/provide-node.mjs';
import { runCommand, runSuccessfully } from '../setup/run-command.mjs';
import { runScript } from '../setup/shutdown.mjs';

/** Those that have an image of ours; `task-consumer` has that of `message-service`. */
const services = ['web', 'worker', 'image-worker', 'notifier', 'task-rpc', 'message-service'];
/** What automake's tests exit with where they cannot be run. */
const cannotBeRun = 77;

const directory = join(projectDirectory.projectDirectory, '.run/images');
const script = (/** @type {string} */ name) => join(projectDirectory.projectDirectory, 'scripts/images', name);

/** @returns {Promise<string | undefined>} what this machine lacks for an engine of our own */
async function lacking() {
  if (process.platform !== 'linux') return 'Linux';
  if (process.getuid?.() !== 0) return 'root';
  for (const program of ['debootstrap', 'apt-get']) {
    if ((await runCommand(program, ['--version'])).code !== 0) return program;
  }
  const namespaces = ['--mount', '--net', '--pid', '--fork', 'true'];
  return (await runCommand('unshare', namespaces)).code === 0 ? undefined : 'namespaces that it may make';
}

/** The version that the Dockerfile names. */
function nodeOfImages() {
  const dockerfile = readFileSync(join(projectDirectory.projectDirectory, 'Dockerfile'), 'utf8');
  return /^ARG NODE_IMAGE=node:([\d.]+)/m.exec(dockerfile)?.[1] ?? '24';
}

/** @param {string[]} command @param {NodeJS.ProcessEnv} [environment] */
async function tryImages([program, ...args], environment) {
  const { code } = await runCommand(program, args, { shown: true, environment });
  return code;
}

async function main() {
  if (await isComposeAvailable()) {
    await showStep('Building the images with Docker', () =>
      runSuccessfully('docker', ['compose', 'build', ...services, 'pytest']),
    );
    return tryImages(['bash', script('try-images.sh')], { ENGINE: 'docker', COMPOSE: 'docker compose' });
  }
  const lack = await lacking();
  if (lack) {
    console.log(
      `The images cannot be tried here: no Docker engine with compose answers, and one of our own needs ${lack}`,
    );
    return cannotBeRun;
  }
  const version = nodeOfImages();
  const node = await provideNode(version);
  if (!node) {
    console.log(`The images cannot be tried here: Node.js ${version} cannot be had from the registry`);
    return cannotBeRun;
  }
  mkdirSync(directory, { recursive: true });
  const inside = (/** @type {string[]} */ ...args) => ['bash', script('engine/enter.sh'), directory, ...args];
  const [enter, ...build] = inside('bash', '/project/scripts/images/engine/build.sh');
  await showStep('Making an engine of our own', () =>
    runSuccessfully('bash', [script('engine/make.sh'), directory, node]),
  );
  await showStep('Building the images', () => runSuccessfully(enter, build));
  return tryImages(inside('--net', 'bash', '/project/scripts/images/engine/try.sh'));
}

await runScript(main);
