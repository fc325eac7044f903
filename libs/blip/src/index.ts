export type {
  Caption,
  CaptionModel,
  CaptionOptions,
  CaptionOutcome,
  CaptionTimings,
  Sentence,
} from './caption-model.js';
export { BundleError } from './bundle/bundle-error.js';
export { precisions, type BundleManifest, type ConfidenceCalibration, type Precision } from './bundle/bundle-format.js';
export { verifyBundle } from './bundle/bundle.js';
export { BlipCaptionModel } from './captioner/blip-caption-model.js';
export type { InferenceStatistics } from './captioner/inference-messages.js';
export { loadCaptionModel, type CaptionModelOptions } from './captioner/load-caption-model.js';
export { ModelBrokenError } from './captioner/model-broken-error.js';
export { ModelClosedError } from './captioner/model-closed-error.js';
export { proveModel } from './captioner/prove-model.js';
export { CheckpointError } from './checkpoint/checkpoint-error.js';
export { compileCheckpoint, type CompileOptions } from './compiler/compile-checkpoint.js';
export { CaptionOptionsError } from './generation/search-settings.js';
export { HubError, type HubErrorCode } from './hub/hub-error.js';
export { pullCheckpoint, type PullOptions } from './hub/pull-checkpoint.js';
export { provideBundle, type BundleRequest, type ProvisionStep } from './store/provide-bundle.js';
