// @ts-check
/**
 * `npm run test:rabbitmq-4`: the tests that a broker matters to, with RabbitMQ 4.0 and 4.3 in place of the one that is installed.
 * Debian has them in later suites: a minimal system of each is made below `.run/rabbitmq-4` (once, a minute and 300 MB), and the
 * tests run in a mount namespace in which its RabbitMQ is found. Needs Linux with apt, root and debootstrap.
 *
 *     npm run test:rabbitmq-4 -- --version 4.0 --only specs,e2e --roots /somewhere/else
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import projectDirectory from './setup/project-directory.cjs';
import { runCommand, runSuccessfully } from './setup/run-command.mjs';
import { showStep } from './setup/progress.mjs';
import { runScript } from './setup/shutdown.mjs';

const root = projectDirectory.projectDirectory;
/** @type {Record<string, string>} which suite of Debian has which version */
const suites = { '4.0': 'trixie', 4.3: 'forky' };
/** What a row of the fault matrix is called where the broker is what breaks, or where its count of deliveries decides. */
const brokerRows =
  'broker-*,services-broker-*,task-queue-broker-*,cluster-*,exchange-*,binding-*,queue-*,completions-*,consumer-*,connections-*,services-connections-*,ack-timeout,poison-killer';

/** @param {string} folder @returns {string[]} the tests below it that say that they use a real broker */
function brokerSpecs(folder) {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /(^|\/)test\/.*\.spec\.ts$/.test(file) && !file.includes('node_modules'))
    .map((file) => join(folder, file))
    .filter((file) => /\(real:[^)]*RabbitMQ/.test(readFileSync(join(root, file), 'utf8')));
}

/** @type {Record<string, () => string[]>} what to run, by the name of the part */
const parts = {
  specs: () => ['run', 'test:medium', '--', ...brokerSpecs('libs'), ...brokerSpecs('apps')],
  e2e: () => ['run', 'test:e2e'],
  faults: () => ['run', 'test:faults', '--', '--only', brokerRows, '--out', '.run/faults-rabbitmq-4'],
};

/** @returns {Promise<string | undefined>} what this machine lacks; undefined where it lacks nothing */
async function whatIsMissing() {
  if (process.platform !== 'linux') return 'Linux';
  if (process.getuid?.() !== 0) return 'root (for chroot and a mount namespace)';
  for (const program of ['debootstrap', 'unshare', 'apt-get']) {
    if ((await runCommand('sh', ['-c', `command -v ${program}`])).code !== 0) return program;
  }
  const { code } = await runCommand('unshare', ['--mount', '--propagation', 'private', 'true']);
  return code === 0 ? undefined : 'the right to make mount namespaces';
}

/** @param {string} version @param {string} directory */
async function provideRoot(version, directory) {
  if (existsSync(directory)) return;
  await showStep(`Making a Debian with RabbitMQ ${version}`, () =>
    runSuccessfully(join(root, 'scripts/rabbitmq-4/make-root.sh'), [suites[version], directory]),
  );
}

/** @param {string[]} args */
function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      version: { type: 'string', default: Object.keys(suites).join() },
      only: { type: 'string', default: Object.keys(parts).join() },
      roots: { type: 'string', default: join(root, '.run/rabbitmq-4') },
    },
  });
  const [versions, chosen] = [values.version.split(','), values.only.split(',')];
  const unknown = [...versions.filter((each) => !(each in suites)), ...chosen.filter((each) => !(each in parts))];
  if (unknown.length > 0)
    throw new Error(
      `There is no ${unknown.join(' and no ')} (versions: ${Object.keys(suites)}; parts: ${Object.keys(parts)})`,
    );
  return { versions, chosen, roots: resolve(values.roots) };
}

async function main() {
  const { versions, chosen, roots } = readOptions(process.argv.slice(2));
  const missing = await whatIsMissing();
  if (missing) {
    console.error(
      `RabbitMQ 4 was not tried: this needs ${missing}. With Docker, or RabbitMQ 4 installed, npm test and npm run test:faults use that.`,
    );
    return 1;
  }
  const outcomes = [];
  for (const version of versions) {
    const directory = join(roots, suites[version]);
    await provideRoot(version, directory);
    for (const part of chosen) {
      const command = [join(root, 'scripts/rabbitmq-4/with-rabbitmq.sh'), directory, 'npm', ...parts[part]()];
      console.log(`\nRabbitMQ ${version}: ${part}`);
      const { code } = await runCommand(command[0], command.slice(1), { shown: true });
      outcomes.push({ version, part, code });
    }
  }
  for (const { version, part, code } of outcomes)
    console.log(`RabbitMQ ${version}, ${part}: ${code === 0 ? 'passed' : 'FAILED'}`);
  return outcomes.every(({ code }) => code === 0) ? 0 : 1;
}

await runScript(main);
