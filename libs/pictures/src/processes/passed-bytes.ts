import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where a process finds the file of its calls' bytes. */
const descriptor = 4;

/** Fewer go as fast with the message itself. */
const fewBytes = 64 * 1024;

/** A call on its way to a process: its bytes are in the file where their length is given. */
export interface PassedCall {
  call: unknown;
  length?: number;
}

/**
 * A file without a name by which the bytes of a call get to a process, one call at a time: ours writes, the other can only read. A
 * message would take them through a socket in small pieces, copied on each side, while the process has nothing else to do.
 */
export class PassedBytes {
  private writing: Promise<boolean> = Promise.resolve(true);

  private constructor(
    private readonly written: number,
    /** The descriptor that the process is to get. */
    readonly read: number,
  ) {}

  /** @returns undefined where there is no directory for such files: bytes go with their messages then */
  static open(): PassedBytes | undefined {
    try {
      const path = join(tmpdir(), `ekphrasis-call-${randomUUID()}`);
      const written = openSync(path, 'wx', 0o600);
      try {
        return new PassedBytes(written, openSync(path, 'r'));
      } catch (error) {
        closeSync(written);
        throw error;
      } finally {
        unlinkSync(path);
      }
    } catch {
      return undefined;
    }
  }

  /** Writes what is large of a call: the call itself where it is bytes, or what it has as `bytes`. */
  async pass(call: unknown): Promise<PassedCall> {
    const { bytes, ...rest } = call instanceof Uint8Array ? { bytes: call } : partsOf(call);
    if (!bytes || bytes.length < fewBytes) return { call };
    this.writing = this.write(bytes);
    // where the disk is full they go with the message
    if (!(await this.writing)) return { call };
    return { call: call instanceof Uint8Array ? undefined : rest, length: bytes.length };
  }

  async close(): Promise<void> {
    // a descriptor that is closed may be another file's before its last write
    await this.writing;
    closeSync(this.written);
    closeSync(this.read);
  }

  private async write(bytes: Uint8Array): Promise<boolean> {
    try {
      const { bytesWritten } = await promisify(write)(this.written, bytes, 0, bytes.length, 0);
      return bytesWritten === bytes.length;
    } catch {
      return false;
    }
  }
}

/** The call as it was made, in the process that it was passed to. */
export function receivedCall({ call, length }: PassedCall): unknown {
  if (length === undefined) return call;
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length;) {
    const count = readSync(descriptor, bytes, at, length - at, at);
    if (count === 0) throw new Error(`Expected ${length} bytes of a call but received ${at}`);
    at += count;
  }
  return call === undefined ? bytes : { ...call, bytes };
}

function partsOf(call: unknown): { bytes?: Uint8Array } {
  const isParts = typeof call === 'object' && call !== null && 'bytes' in call && call.bytes instanceof Uint8Array;
  return isParts ? (call as { bytes: Uint8Array }) : {};
}
