import {
  loadCaptionModel,
  type BlipCaptionModel,
  type CaptionModelOptions,
  type CaptionOutcome,
} from '../../src/index.js';

export type ModelUse = (model: BlipCaptionModel) => Promise<void>;

/** Loads a bundle, on one lane unless something else is said, and closes it after its use. */
export async function useModel(bundle: string, options: CaptionModelOptions, use: ModelUse): Promise<void> {
  const model = await loadCaptionModel(bundle, { lanes: 1, ...options });
  await use(model).finally(() => model.close());
}

/** @throws the error of the first picture that has one */
export function tokenIdsOf(outcomes: readonly CaptionOutcome[]): number[][] {
  return outcomes.map((outcome) => {
    if ('error' in outcome) throw outcome.error;
    return outcome.caption.tokenIds;
  });
}
