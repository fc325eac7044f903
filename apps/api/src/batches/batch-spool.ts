import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const writeBytes = 256 * 1024;

/**
 * What of a request was found good, one line each, until all of it was: in a file without a name, so that it is gone whatever
 * becomes of the process, and memory holds no more of the largest request than of a small one.
 */
export class BatchSpool {
  private waiting: string[] = [];
  private waitingLength = 0;

  private constructor(private readonly file: FileHandle) {}

  static async open(): Promise<BatchSpool> {
    const path = join(tmpdir(), `ekphrasis-batch-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new BatchSpool(file);
  }

  /** @param line without a line feed */
  async add(line: string): Promise<void> {
    this.waiting.push(line);
    this.waitingLength += line.length;
    if (this.waitingLength >= writeBytes) await this.write();
  }

  /** All lines from the first, `size` at a time. */
  async *groups(size: number): AsyncGenerator<string[]> {
    await this.write();
    const lines = this.file.readLines({ start: 0, autoClose: false });
    let group: string[] = [];
    for await (const line of lines) {
      group.push(line);
      if (group.length < size) continue;
      yield group;
      group = [];
    }
    if (group.length > 0) yield group;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async write(): Promise<void> {
    if (this.waiting.length === 0) return;
    await this.file.appendFile(`${this.waiting.join('\n')}\n`);
    this.waiting = [];
    this.waitingLength = 0;
  }
}
