import pLimit, { type Limit } from 'p-limit';
import { traced } from '../traced.js';
import { PictureError } from '../picture-error.js';
import { ProcessClient } from '../processes/process-client.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import { decoderSandbox } from './decoder-sandbox.js';

export interface PictureProcessesOptions {
  /** The processes' script without its extension; it calls `allowOurFormatsAlone`, then `serveProcess`. */
  script: string;
  /** What they find as `processSettings()`; anything that JSON can say. */
  settings: unknown;
  /** Pictures worked on at the same time; as many processes are started once they are needed. */
  concurrency: number;
  /** Longest time for one picture in seconds. Default 20, more than decoding alone may take: some decoders do not look at the time before they have ended. */
  seconds?: number | undefined;
  /** What the processes are kept from. Default: what a decoder of pictures does not need. */
  sandbox?: Promise<Sandbox> | undefined;
}

/**
 * Works on strangers' pictures in processes of their own, each at one picture at a time: a picture that keeps a decoder busy for hours,
 * or breaks it, ends its process and nothing else.
 */
export class PictureProcesses<Call, Result> {
  readonly sandbox: Promise<Sandbox>;
  private readonly processes: ProcessClient<Call, Result>[];
  private readonly idle: ProcessClient<Call, Result>[];
  private readonly inTurn: Limit;

  constructor({ script, settings, concurrency, seconds = 20, sandbox = decoderSandbox() }: PictureProcessesOptions) {
    this.sandbox = sandbox;
    const onTimeout = (): PictureError =>
      new PictureError('picture-too-slow', `The picture took longer than ${seconds} s to decode`);
    this.processes = Array.from(
      { length: concurrency },
      () => new ProcessClient(script, settings, { seconds, onTimeout }, sandbox),
    );
    this.idle = [...this.processes];
    this.inTurn = pLimit(concurrency);
  }

  /**
   * Waits for a process that has nothing to do, and has it do this.
   * @throws what the script threw, by code and message; `process-died`; `picture-too-slow`; whatever once the signal is aborted before it begins
   */
  call(call: Call, signal: AbortSignal): Promise<Result> {
    return traced('picture process', {}, () => this.callInTurn(call, signal));
  }

  private callInTurn(call: Call, signal: AbortSignal): Promise<Result> {
    return this.inTurn(async () => {
      signal.throwIfAborted();
      // the last one that worked, so that no more are started than are needed
      const free = this.idle.pop()!;
      try {
        return await free.call(call);
      } finally {
        this.idle.push(free);
      }
    });
  }

  /** Ends the processes, and the calls that they may still be at. */
  async close(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.close()));
  }
}
