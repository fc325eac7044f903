import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { serveProcess } from '../../src/processes/serve-process.js';

export type DigestingCall = Uint8Array | { bytes: Uint8Array; label: string };

export interface Digested {
  digest: string;
  label?: string;
  /** What became of an attempt to change the bytes of the call. */
  written: string;
}

serveProcess<DigestingCall, Digested>(async (call) => {
  const { bytes, label } = call instanceof Uint8Array ? { bytes: call, label: undefined } : call;
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { digest, written: tryToWrite(), ...(label !== undefined && { label }) };
});

function tryToWrite(): string {
  try {
    return `${writeSync(4, 'x', 0)} written`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'refused';
  }
}
