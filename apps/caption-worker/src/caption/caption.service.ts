import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { proveModel, type Caption, type CaptionModel } from '@ekphrasis/blip';
import type { CaptionOptions } from '@ekphrasis/contracts';
import { codeOf } from '@ekphrasis/errors';
import { NoNumbersError } from './caption.errors.js';

/** The model behind `CaptionService`; tests that need none of its words put another in its place. */
export const CAPTION_MODEL = Symbol('CAPTION_MODEL');

/** Says what is in a picture. */
@Injectable()
export class CaptionService implements OnApplicationShutdown {
  constructor(@Inject(CAPTION_MODEL) private readonly model: CaptionModel) {}

  /** What makes the captions. */
  get modelName(): string {
    return this.model.name;
  }

  /**
   * @param picture encoded: the bytes of a JPEG, PNG, WebP, GIF, AVIF or TIFF file
   * @throws a coded error for bytes that are no picture, one too large, options that the model cannot follow, or a picture of
   * which it computes what is no number; ModelBrokenError where it does so of a known picture, too
   */
  async caption(picture: Uint8Array, options: CaptionOptions = {}, signal?: AbortSignal): Promise<Caption> {
    const { prompt, beams: numBeams, captions, maxLength } = options;
    const [outcome] = await this.model.caption([picture], { prompt, numBeams, captions, maxLength }, signal);
    if (!outcome) throw new Error('the model gave no outcome');
    if ('caption' in outcome) return outcome.caption;
    if (codeOf(outcome.error) !== 'model-broken') throw outcome.error;
    await proveModel(this.model);
    throw new NoNumbersError();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.model.close();
  }
}
