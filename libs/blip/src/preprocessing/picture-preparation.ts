import { join } from 'node:path';
import { PictureProcesses, type Sandbox } from '../pictures.js';
import type { PreparationSettings, PreparedPicture } from './preparation-process.js';

/** Decodes and resamples strangers' pictures in processes of their own. */
export class PicturePreparation {
  private readonly processes: PictureProcesses<Uint8Array, PreparedPicture>;

  /**
   * @param concurrency pictures prepared at the same time
   * @param sandbox what the processes are kept from
   */
  constructor(settings: PreparationSettings, concurrency: number, sandbox?: Promise<Sandbox>) {
    const script = join(__dirname, 'preparation-process');
    this.processes = new PictureProcesses({ script, settings, concurrency, sandbox });
  }

  /** What the processes are kept from. */
  get sandbox(): Promise<Sandbox> {
    return this.processes.sandbox;
  }

  /** @throws PictureError's code and message; `process-died`; whatever once the signal is aborted before it begins */
  async prepare(bytes: Uint8Array, signal: AbortSignal): Promise<PreparedPicture> {
    const { pixels, milliseconds } = await this.processes.call(bytes, signal);
    // a copy of its own: what came is a view of the whole message, and will be handed over to another thread
    return { pixels: new Uint8Array(pixels), milliseconds };
  }

  async close(): Promise<void> {
    await this.processes.close();
  }
}
