// @ts-check
import { runCommand, runSuccessfully } from './run-command.mjs';
import { showStep } from './progress.mjs';
import rabbitmqInstallation from './rabbitmq-installation.cjs';

/**
 * Installs Debian's package without starting the service that comes with it. Debian asks /usr/sbin/policy-rc.d before it
 * starts a service: one that answers 101 ("not allowed") stands there while the package is installed, and whatever stood
 * there before is put back. A broker that already runs as a service would have its package already, and we would not be here.
 */
export const installationScript = `
set -e
policy=/usr/sbin/policy-rc.d
kept=$(mktemp)
if [ -e "$policy" ]; then cp -p "$policy" "$kept"; existed=yes; fi
restore() { if [ "$existed" = yes ]; then mv -f "$kept" "$policy"; else rm -f "$policy" "$kept"; fi; }
trap restore EXIT
trap 'exit 143' HUP INT TERM
printf '#!/bin/sh\\nexit 101\\n' > "$policy"
chmod 755 "$policy"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q -o Acquire::Retries=3
apt-get install -q -y --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 rabbitmq-server
`;

/**
 * How a command is run as root without asking anybody.
 *
 * @returns {Promise<string[] | undefined>} words to put before it; undefined where it cannot be had
 */
async function withoutAsking() {
  if (process.getuid?.() === 0) return [];
  const { code } = await runCommand('sudo', ['-n', 'true'], { timeLimitMs: 5000 });
  return code === 0 ? ['sudo', '-n'] : undefined;
}

/**
 * Installs RabbitMQ with apt-get where it is missing and where that needs no question.
 *
 * @returns {Promise<boolean>} whether RabbitMQ is installed now
 */
export async function installRabbitmq() {
  if (rabbitmqInstallation.findRabbitmq()) return true;
  if (process.platform !== 'linux' || (await runCommand('apt-get', ['--version'])).code !== 0) return false;
  const prefix = await withoutAsking();
  if (!prefix) return false;
  const [command, ...args] = [...prefix, 'sh', '-c', installationScript];
  try {
    // Without a time limit: killed in the middle, it could not put the policy back.
    await showStep('Installing rabbitmq-server with apt-get (its service is not started)', () =>
      runSuccessfully(command, args),
    );
  } catch (error) {
    console.error(error.message.split('\n').slice(-15).join('\n'));
  }
  return rabbitmqInstallation.findRabbitmq() !== undefined;
}
