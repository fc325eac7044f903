import { mountScript } from './mount-script.js';
import type { Sandbox, SandboxRequest } from './sandbox.js';

/**
 * `limits`: memory, open files, processes, no core dumps. `network`: a network namespace of its own, in which there is nothing.
 * `files`: a mount namespace of its own, in which there is what it may read, and nothing that could be written to. `user`: another user, without our groups.
 * `privileges`: no capability, and none to be had by starting a program.
 */
export type SandboxPart = 'limits' | 'network' | 'files' | 'user' | 'privileges';

/** One way to have some parts. */
interface SandboxAlternative {
  command: readonly string[];
  credentials?: Sandbox['credentials'];
  parts: readonly SandboxPart[];
}

/** Alternatives, the strongest first. */
export type SandboxStep = readonly SandboxAlternative[];

/** Node.js has some twenty files open, and libvips opens none. */
const mostOpenFiles = 256;
/** Threads included, counted with those of all processes of the user; enough for two hundred decoders. */
const mostProcesses = 4_096;

/** Where libraries are found: by a distribution's rules, Nix, Guix; what is not there is passed over. */
const systemPaths = ['/usr', '/lib', '/lib64', '/lib32', '/bin', '/etc/ld.so.cache', '/nix/store', '/gnu/store'];

/**
 * The steps, in the order in which they must be taken: what needs privileges comes before these are given up.
 *
 * Address space is not limited (`--as`): Node.js reserves 11 GB of it and uses a hundredth. `--data` counts what is written to.
 */
export function sandboxSteps({ readable, uid, memoryMebibytes }: SandboxRequest): SandboxStep[] {
  const limits = [
    ...['prlimit', '--core=0', `--nofile=${mostOpenFiles}`, `--nproc=${mostProcesses}`],
    `--data=${memoryMebibytes * 2 ** 20}`,
  ];
  const libraries = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((path) => path.startsWith('/'));
  // what lies within another one comes after it
  const visible = [...systemPaths, ...libraries, process.execPath, ...readable].sort(
    (one, other) => one.length - other.length,
  );
  const files = ['--mount', '--propagation', 'private', 'sh', '-ec', mountScript, 'sh', ...visible, '--'];
  const ownUser = ['--user', '--map-root-user'];
  const user = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  const privileges = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
  return [
    [{ command: limits, parts: ['limits'] }],
    [
      { command: ['unshare', '--net', '--ipc', ...files], parts: ['network', 'files'] },
      { command: ['unshare', ...ownUser, '--net', '--ipc', ...files], parts: ['network', 'files'] },
      { command: ['unshare', '--net', '--ipc'], parts: ['network'] },
      { command: ['unshare', ...ownUser, '--net', '--ipc'], parts: ['network'] },
    ],
    [
      { command: ['setpriv', ...user, ...privileges], parts: ['user', 'privileges'] },
      { command: ['setpriv', ...privileges], parts: ['privileges'] },
      { command: ['setpriv', '--no-new-privs'], parts: ['privileges'] },
      // where the system has no setpriv
      ...(process.getuid?.() === 0 ? [{ command: [], credentials: { uid, gid: uid }, parts: ['user'] as const }] : []),
    ],
  ];
}
