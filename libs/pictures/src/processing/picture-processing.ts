import { join } from 'node:path';
import { PictureProcesses } from '../decoding/picture-processes.js';
import type { PictureType } from '../picture-type.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { ProcessingStep } from './processing-steps.js';

/** A picture as it was sent, and what is to be done with it, in this order. */
export interface ProcessingCall {
  bytes: Uint8Array;
  steps: readonly ProcessingStep[];
  /** Of an animation its first frame, and whatever it is, written in this format; without it the picture keeps its own. */
  stillAs?: PictureType;
}

export interface ProcessedPicture {
  /** The file. */
  picture: Uint8Array;
  /** In pixels; of an animation, of one frame. */
  width: number;
  height: number;
  format: PictureType;
}

/** Writing takes its time beside decoding: an AVIF of 40 megapixels most of all. */
const longestSeconds = 60;

/** Processes strangers' pictures in processes of their own. */
export class PictureProcessing {
  private readonly processes: PictureProcesses<ProcessingCall, ProcessedPicture>;

  /** @param concurrency pictures processed at the same time @param sandbox what the processes are kept from */
  constructor(concurrency: number, sandbox?: Promise<Sandbox>) {
    const script = join(__dirname, 'processing-process');
    this.processes = new PictureProcesses({ script, settings: null, concurrency, seconds: longestSeconds, sandbox });
  }

  /** What the processes are kept from. */
  get sandbox(): Promise<Sandbox> {
    return this.processes.sandbox;
  }

  /** @throws PictureError's code and message; `process-died`; whatever once the signal is aborted before it begins */
  process(call: ProcessingCall, signal: AbortSignal): Promise<ProcessedPicture> {
    return this.processes.call(call, signal);
  }

  async close(): Promise<void> {
    await this.processes.close();
  }
}
