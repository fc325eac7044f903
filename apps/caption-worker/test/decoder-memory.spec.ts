import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Registry } from '@ekphrasis/observability';
import { DecoderMemory } from '@ekphrasis/observability';

const onLinux = process.platform === 'linux' ? it : it.skip;

/** Real: a child process. */
describe('the memory of the processes that decode', () => {
  onLinux('is that of the children there are, and none where there is none', async () => {
    const registry = new Registry();
    new DecoderMemory(registry);
    const read = async () => Number(/^ekphrasis_decoders.* (\d+)$/m.exec(await registry.metrics())?.[1]);
    const before = await read();
    const child = spawn(process.execPath, [
      '-e',
      'globalThis.held = Buffer.alloc(1e8, 1); console.log(1); setInterval(() => 0, 1e6)',
    ]);
    const exited = once(child, 'exit');
    try {
      await once(child.stdout, 'data');
      expect(await read()).toBeGreaterThan(before + 1e8);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
    expect(await read()).toBe(before);
  });
});
