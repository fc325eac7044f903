import { join } from 'node:path';
import { ProcessClient } from '../processes/process-client.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import { decoderSandbox } from './decoder-sandbox.js';
import { PictureError } from './picture-error.js';
import type { PreparationSettings, PreparedPicture } from './preparation-process.js';

type PreparationProcess = ProcessClient<Uint8Array, PreparedPicture>;

/** More than decoding alone may take: some decoders do not look at the time before they have ended. */
const longestPreparationSeconds = 20;

/**
 * Decodes and resamples strangers' pictures in processes of their own, each a picture at a time: a picture that keeps a
 * decoder busy for hours, or breaks it, ends its process and nothing else.
 */
export class PicturePreparation {
  private readonly processes: PreparationProcess[];
  private readonly idle: PreparationProcess[];
  private readonly waiting: ((free: PreparationProcess) => void)[] = [];

  /** @param concurrency pictures prepared at the same time; as many processes are started once they are needed */
  constructor(
    settings: PreparationSettings,
    concurrency: number,
    seconds = longestPreparationSeconds,
    /** What the processes are kept from. */
    readonly sandbox: Promise<Sandbox> = decoderSandbox(),
  ) {
    const onTimeout = (): PictureError =>
      new PictureError('picture-too-slow', `The picture took longer than ${seconds} s to decode`);
    this.processes = Array.from(
      { length: concurrency },
      () => new ProcessClient(join(__dirname, 'preparation-process'), settings, { seconds, onTimeout }, sandbox),
    );
    this.idle = [...this.processes];
  }

  /** @throws PictureError's code and message; `process-died`; whatever once the signal is aborted before it begins */
  async prepare(bytes: Uint8Array, signal: AbortSignal): Promise<PreparedPicture> {
    // the last one that worked, so that no more are started than are needed
    const preparing =
      this.idle.pop() ?? (await new Promise<PreparationProcess>((resolve) => this.waiting.push(resolve)));
    try {
      signal.throwIfAborted();
      const { pixels, milliseconds } = await preparing.call(bytes);
      // a copy of its own: what came is a view of the whole message, and will be handed over to another thread
      return { pixels: new Uint8Array(pixels), milliseconds };
    } finally {
      const next = this.waiting.shift();
      if (next) next(preparing);
      else this.idle.push(preparing);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.close()));
  }
}
