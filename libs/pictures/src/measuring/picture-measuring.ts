import { join } from 'node:path';
import { codeOf } from '../coded-errors.js';
import { decoderSandbox, type DecoderSandboxOptions } from '../decoding/decoder-sandbox.js';
import { PictureProcesses } from '../decoding/picture-processes.js';
import { PictureError } from '../picture-error.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { MeasuredPicture } from './measured-picture.js';

/** A GIF of one pixel. */
const smallest = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Measures strangers' pictures in processes of their own. */
export class PictureMeasuring {
  private readonly processes: PictureProcesses<Uint8Array, MeasuredPicture>;

  /** @param concurrency pictures measured at the same time */
  constructor(
    readonly concurrency: number,
    sandbox: DecoderSandboxOptions = {},
  ) {
    const script = join(__dirname, 'measuring-process');
    this.processes = new PictureProcesses({ script, settings: {}, concurrency, sandbox: decoderSandbox(sandbox) });
  }

  /** What the processes are kept from. */
  get sandbox(): Promise<Sandbox> {
    return this.processes.sandbox;
  }

  /**
   * Measures a picture. Where its process dies it is tried once more: somebody may have ended the process.
   * @throws PictureError's code and message; whatever once the signal is aborted before it begins
   */
  async measure(picture: Uint8Array, signal: AbortSignal): Promise<MeasuredPicture> {
    try {
      return await this.processes.call(picture, signal);
    } catch (error) {
      if (codeOf(error) !== 'process-died') throw error;
    }
    try {
      return await this.processes.call(picture, signal);
    } catch (error) {
      if (codeOf(error) !== 'process-died') throw error;
      throw new PictureError('picture-truncated', 'The picture ends the process that decodes it', error);
    }
  }

  /** Starts one process, so that the first picture does not wait for that. Never rejects: the first picture tells what is wrong. */
  async warmUp(signal: AbortSignal): Promise<void> {
    await this.measure(smallest, signal).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.processes.close();
  }
}
