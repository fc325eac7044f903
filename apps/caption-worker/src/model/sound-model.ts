import {
  loadCaptionModel,
  proveModel,
  verifyBundle,
  type BlipCaptionModel,
  type CaptionModelOptions,
} from '@ekphrasis/blip';

/**
 * Loads a bundle whose files are what its manifest says and which describes a known picture: a worker with damaged weights
 * would answer every job with nothing.
 * @throws BundleError, ModelBrokenError
 */
export async function soundModel(bundle: string, options: CaptionModelOptions): Promise<BlipCaptionModel> {
  await verifyBundle(bundle);
  const model = await loadCaptionModel(bundle, options);
  try {
    await proveModel(model);
    return model;
  } catch (error) {
    await model.close();
    throw error;
  }
}
