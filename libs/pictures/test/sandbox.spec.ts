/* Real here: the system's programs and kernel, and a process that tries what one that was taken over would try. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { ProcessClient } from '../src/processes/process-client.js';
import { findSandbox, type Sandbox, type SandboxRequest } from '../src/sandbox/sandbox.js';
import type { SandboxPart } from '../src/sandbox/sandbox-steps.js';
import { startDecoding } from './support/decoding.js';
import { pngPicture } from './support/pictures.js';

interface Attempt {
  attempt: string;
  argument?: unknown;
}

const uid = 65_534;
const support = join(__dirname, 'support');
const request: SandboxRequest = { readable: [support], uid, memoryMebibytes: 512, trial: ['-e', ''] };

/** What the machine allows, asked in another way than by the sandbox. */
const works = (...command: string[]): boolean => spawnSync(command[0]!, command.slice(1)).status === 0;
const isRoot = process.getuid?.() === 0;
const canUnshare =
  works('unshare', '--net', '--mount', 'true') ||
  works('unshare', '--user', '--map-root-user', '--net', '--mount', 'true');
const allowed: Record<SandboxPart, boolean> = {
  limits: works('prlimit', '--version'),
  network: canUnshare,
  files: canUnshare,
  user: isRoot,
  privileges: works('setpriv', '--version'),
};
const itWith = (part: SandboxPart): jest.It => (allowed[part] ? it : it.skip);

describe('a process in a sandbox', () => {
  let sandbox: Promise<Sandbox>;
  let server: Server;
  let directory: string;
  const clients: ProcessClient<Attempt, unknown>[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-sandbox-'));
    sandbox = findSandbox(request);
    server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  afterAll(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });

  function start(within: Promise<Sandbox> = sandbox): (attempt: string, argument?: unknown) => Promise<unknown> {
    const onTimeout = (): Error => new Error('its time is up');
    const client = new ProcessClient<Attempt, unknown>(
      join(support, 'sandboxed-process'),
      null,
      { seconds: 30, onTimeout },
      within,
    );
    clients.push(client);
    return (attempt, argument) => client.call({ attempt, argument });
  }

  it('has all that the machine allows, and the rest is named with its reason', async () => {
    const { parts, missing } = await sandbox;
    const wanted = (Object.keys(allowed) as SandboxPart[]).filter((part) => allowed[part]);
    expect([...parts].sort()).toEqual(wanted.sort());
    expect(Object.keys(missing).sort()).toEqual(
      Object.keys(allowed)
        .filter((part) => !wanted.includes(part as SandboxPart))
        .sort(),
    );
    for (const reason of Object.values(missing)) expect(reason).toMatch(/\w+/);
  });

  itWith('network')('reaches no server of the machine, where a network namespace may be made', async () => {
    const { port } = server.address() as AddressInfo;
    expect(
      await start(Promise.resolve({ command: [], credentials: {}, parts: [], missing: {} }))('connect', port),
    ).toEqual({
      done: 'connected',
    });
    expect(await start()('connect', port)).toEqual({ refused: 'ENETUNREACH' });
  });

  itWith('files')('sees nothing but libraries and what it is given, where a mount namespace may be made', async () => {
    const secret = join(directory, 'secret');
    await writeFile(secret, 'hunter2', { mode: 0o644 });
    const attempt = start();
    expect(await attempt('read', secret)).toEqual({ refused: 'ENOENT' });
    expect(await attempt('parent')).toEqual({ refused: 'ENOENT' });
    expect(await attempt('list', '/')).toEqual({ done: expect.not.arrayContaining(['proc', 'home', 'root', 'var']) });
    expect(await attempt('list', '/etc')).toEqual({ done: ['ld.so.cache'] });
    expect(await attempt('read', join(support, 'sandboxed-process.js'))).toEqual({
      done: expect.stringContaining('taken over'),
    });
    for (const place of ['/written', '/usr/written', join(support, 'written')]) {
      expect(await attempt('write', place)).toEqual({ refused: expect.stringMatching(/EROFS|EACCES/) });
    }
  });

  itWith('user')(
    'is another user without our groups, and cannot read what is root’s or what we were started with',
    async () => {
      const secret = join(directory, 'root-alone');
      await writeFile(secret, 'hunter2', { mode: 0o600 });
      const attempt = start(
        findSandbox({ ...request, unwanted: { files: 'not in this test', network: 'not in this test' } }),
      );
      expect(await attempt('who')).toEqual({ done: { uid, gid: uid, groups: [uid], directory: '/' } });
      expect(await attempt('read', secret)).toEqual({ refused: 'EACCES' });
      expect(await attempt('parent')).toEqual({ refused: 'EACCES' });
      // the bytes of its calls, which it has open for reading
      expect(await attempt('write', '/proc/self/fd/4')).toEqual({ refused: 'EACCES' });
      expect(await attempt('signal', process.pid)).toEqual({ refused: 'EPERM' });
    },
  );

  itWith('limits')('gets no memory beyond its limit, and its end is its own', async () => {
    const [greedy, modest] = [start(), start()];
    expect(await modest('allocate', 200)).toEqual({ done: 200 });
    expect(await greedy('allocate', 600)).toEqual({ refused: expect.stringMatching(/alloc|memory/i) });
    await expect(greedy('fill')).rejects.toMatchObject({ code: 'process-died', retryable: true });
    expect(await modest('allocate', 200)).toEqual({ done: 200 });
    expect(await greedy('allocate', 200)).toEqual({ done: 200 });
  });

  it('gives up what Node.js does not work in, and says why', async () => {
    const needsFiles = { ...request, trial: ['-e', 'require("node:fs").accessSync(process.argv[1])', directory] };
    const { parts, missing } = await findSandbox(needsFiles);
    expect(parts).not.toContain('files');
    if (allowed.files) expect(missing.files).toMatch(/ENOENT|EACCES/);
    if (allowed.network) expect(parts).toContain('network');
  });

  it('is none where nothing of it works, and what is wanted runs all the same', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = directory;
    try {
      const { command, missing } = await findSandbox(request);
      expect(command).toEqual([]);
      expect(missing.limits).toBe('prlimit is not there');
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('a picture that needs more memory than its decoder may take', () => {
  const caller = new AbortController().signal;
  const draw = (): sharp.Sharp =>
    sharp({ create: { width: 8_000, height: 5_000, channels: 3, background: '#808080' } });

  (allowed.limits ? it.each : it.skip.each)([
    ['png', { code: 'picture-too-large', retryable: false }],
    ['gif', { code: 'process-died', retryable: true }],
  ] as const)('fails with its reason while others are decoded: a %s', async (format, failure) => {
    const source = 'it runs from its source';
    const sandbox = findSandbox({ ...request, memoryMebibytes: 300, unwanted: { files: source, user: source } });
    const decoding = startDecoding(2, { seconds: 300, sandbox });
    try {
      const whole = format === 'png' ? draw().png({ progressive: true }) : draw().gif();
      const tooLarge = expect(decoding.call(await whole.toBuffer(), caller)).rejects.toMatchObject(failure);
      const others = [1, 2, 3].map(async (seed) => decoding.call(await pngPicture(seed), caller));
      await tooLarge;
      for (const picture of await Promise.all(others)) expect(picture).toMatchObject({ width: 48, height: 36 });
    } finally {
      await decoding.close();
    }
  });
});
