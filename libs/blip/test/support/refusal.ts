import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PytorchFile } from '../../src/pytorch/pytorch-file.js';

/** With what `x.bin` of these bytes is refused. */
export async function refusalOf(bytes: Buffer): Promise<{ code: string; message: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'ekphrasis-pytorch-'));
  try {
    await writeFile(join(directory, 'x.bin'), bytes);
    await (await PytorchFile.open(join(directory, 'x.bin'))).close();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  } finally {
    await rm(directory, { recursive: true });
  }
  throw new Error('the file was taken');
}
