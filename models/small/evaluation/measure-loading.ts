import { loadCaptionModel, type BlipCaptionModel } from '../../../libs/blip/src/index.js';

export interface Loading {
  /** From the call until the model is ready. */
  seconds: number;
  /** By how much the process's resident memory grew. */
  megabytes: number;
  lanes: number;
}

/** Loads the model as the product does. To be called before anything else has taken and freed memory. */
export async function measureLoading(
  bundle: string,
  lanes: number,
): Promise<{ model: BlipCaptionModel; loading: Loading }> {
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const model = await loadCaptionModel(bundle, { lanes, batchSize: 8 });
  const seconds = (performance.now() - started) / 1000;
  return { model, loading: { seconds, megabytes: (process.memoryUsage().rss - before) / 1e6, lanes } };
}
