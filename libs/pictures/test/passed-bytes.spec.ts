/* Real here: a process of our own, and the file by which bytes get to it. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessClient } from '../src/processes/process-client.js';
import type { Digested, DigestingCall } from './support/digesting-process.js';

const limit = { seconds: 30, onTimeout: () => new Error('its time is up') };
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('bytes of a call', () => {
  let client: ProcessClient<DigestingCall, Digested>;
  const temporary = process.env['TMPDIR'];

  beforeEach(() => {
    client = new ProcessClient(join(__dirname, 'support', 'digesting-process'), null, limit);
  });
  afterEach(async () => {
    await client.close();
    if (temporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = temporary;
  });

  it.each([0, 1, 65_535, 65_536, 5_000_000, 70_000])('are all there in the process, %d of them', async (size) => {
    const bytes = randomBytes(size);
    expect(await client.call(bytes)).toMatchObject({ digest: digestOf(bytes) });
    expect(await client.call({ bytes, label: 'kept' })).toMatchObject({ digest: digestOf(bytes), label: 'kept' });
  });

  it('are those of the call, when more and fewer came before', async () => {
    for (const size of [100_000, 3_000_000, 90_000, 10, 200_000]) {
      const bytes = randomBytes(size);
      expect(await client.call(bytes)).toMatchObject({ digest: digestOf(bytes) });
    }
  });

  it('lie in a file without a name, which the process cannot write to', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ekphrasis-passed-'));
    process.env['TMPDIR'] = directory;
    const { written } = await client.call(randomBytes(100_000));
    expect(written).toBe('EBADF');
    expect(readdirSync(directory).filter((name) => name.startsWith('ekphrasis-call'))).toEqual([]);
    await rm(directory, { recursive: true });
  });

  it('go with the message where there is no directory for such a file', async () => {
    process.env['TMPDIR'] = '/nowhere/at/all';
    const bytes = randomBytes(1_000_000);
    expect(await client.call(bytes)).toMatchObject({ digest: digestOf(bytes) });
  });

  it('hide nothing of a process that ends while they are written: its cause is told', async () => {
    const nowhere = Promise.resolve({ command: ['/nowhere/at/all'], credentials: {}, parts: [], missing: {} });
    const script = join(__dirname, 'support', 'digesting-process');
    const mortal = new ProcessClient<DigestingCall, Digested>(script, null, limit, nowhere);
    await expect(mortal.call(randomBytes(5_000_000))).rejects.toMatchObject({
      code: 'process-died',
      message: expect.stringContaining('spawn /nowhere/at/all'),
    });
    await mortal.close();
  });
});
