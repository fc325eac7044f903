import { Inject, Injectable, Logger } from '@nestjs/common';
import { provideBundle, type ProvisionStep } from '@ekphrasis/blip';
import { ModelSettings } from './model.settings.js';

/** Finds the bundle that the settings name, or has it fetched and compiled, and can tell how far that is. */
@Injectable()
export class ModelProvision {
  private readonly logger = new Logger(ModelProvision.name);
  private state = 'not asked for yet';
  private logged = '';

  constructor(@Inject(ModelSettings) private readonly settings: ModelSettings) {}

  /**
   * @returns the bundle's directory
   * @throws HubError, CheckpointError, BundleError
   */
  async bundle(signal?: AbortSignal): Promise<string> {
    const { MODEL, MODEL_DIR, MODEL_REVISION, MODEL_PRECISION, MODELS_DIR, HF_ENDPOINT, HF_TOKEN } = this.settings;
    if (!MODEL) return MODEL_DIR;
    this.state = `looking for ${MODEL}`;
    return provideBundle({
      model: MODEL,
      revision: MODEL_REVISION,
      precision: MODEL_PRECISION,
      modelsDirectory: MODELS_DIR,
      endpoint: HF_ENDPOINT,
      token: HF_TOKEN,
      onProgress: (step, done, total) => this.tell(step, done, total),
      signal,
    });
  }

  /** A readiness indicator's check while the bundle is not there: says what is being done about it. */
  async check(): Promise<void> {
    throw new Error(this.state);
  }

  private tell(step: ProvisionStep, done: number, total: number): void {
    const { MODEL } = this.settings;
    if (step === 'waiting') this.state = `waiting for another worker, which is at ${MODEL}`;
    else if (step === 'calibrating') this.state = `calibrating ${MODEL}, ${done} of ${total} stages`;
    else this.state = `${step} ${MODEL}, ${megabytes(done)} of ${megabytes(total)} MB`;
    const tenth = total > 0 ? Math.floor((10 * done) / total) : 0;
    if (this.logged === `${step} ${tenth}`) return;
    this.logged = `${step} ${tenth}`;
    this.logger.log(this.state);
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
