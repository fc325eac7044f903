/* Real here: ONNX Runtime, a name server, and a network in which nobody else is. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { on } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compileTinyBundle } from './support/tiny-bundle.js';

const ownNetwork = ['--user', '--map-root-user', '--net', '--mount'];
const canHaveOwnNetwork =
  spawnSync('unshare', [...ownNetwork, 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0;
/** Where a system lets nobody make a network, its files are looked at alone. */
const itInOwnNetwork = canHaveOwnNetwork ? it : it.skip;

const entry = join(__dirname, '../../pictures/src/processes/typescript-entry.cjs');
const watcher = join(__dirname, 'support', 'lookup-watcher.cjs');
const ownNameServer = `ip link set lo up
mount --bind "$0" "$(readlink -f /etc/resolv.conf)"
exec "$@"`;

describe('ONNX Runtime’s telemetry', () => {
  let directory: string;
  const running: ChildProcess[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-telemetry-'));
    await writeFile(join(directory, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  });

  afterEach(async () => {
    for (const child of running.splice(0)) {
      child.stdin?.end();
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    }
    await rm(directory, { recursive: true });
  });

  /** Starts a program whose home and directory for temporary files is `home`. @returns its lines as they come */
  async function watch(home: string, ...program: string[]): Promise<string[] & { until(line: RegExp): Promise<void> }> {
    const child = spawn(
      'unshare',
      [
        ...ownNetwork,
        'sh',
        '-ec',
        ownNameServer,
        join(directory, 'resolv.conf'),
        process.execPath,
        watcher,
        ...program,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home } },
    );
    running.push(child);
    const arriving = createInterface(child.stdout);
    const lines: string[] = [];
    arriving.on('line', (line) => lines.push(line));
    return Object.assign(lines, {
      async until(wanted: RegExp): Promise<void> {
        if (lines.some((line) => wanted.test(line))) return;
        for await (const [line] of on(arriving, 'line', { close: ['close'] })) if (wanted.test(line as string)) return;
        throw new Error(`The program ended without ${wanted}`);
      },
    });
  }

  itInOwnNetwork('is off: a process that captions looks nothing up and leaves no file', async () => {
    const bundle = await compileTinyBundle(directory);
    const [ours, plain] = [await mkdtemp(join(directory, 'ours-')), await mkdtemp(join(directory, 'plain-'))];
    const captioning = await watch(ours, entry, join(__dirname, 'support', 'captioning-program.ts'), bundle);
    await captioning.until(/^captioned$/);
    // by the time that the library as it comes has looked its collector up, ours would have as well
    const untouched = await watch(plain, join(__dirname, 'support', 'plain-runtime.cjs'), join(bundle, 'decoder.onnx'));
    await untouched.until(/^lookup .*microsoft/);
    expect(await readdir(plain)).not.toEqual([]);
    expect([...captioning]).toEqual(['captioned']);
    expect((await readdir(ours)).filter((name) => name !== 'ekphrasis-transpiled')).toEqual([]);
  });
});
