import type { FoundCaption } from '../generation/token-search.js';
import type { SearchSettings } from '../generation/search-settings.js';

export interface InferenceSettings {
  bundleDirectory: string;
  /** Threads that ONNX Runtime uses within one operator. */
  threads: number;
}

/** Pictures to caption together, or the question whether the graphs are loaded. */
export type InferenceCall = 'load' | CaptionBatch;

export interface CaptionBatch {
  /** RGB bytes of the encoder's size. */
  pictures: readonly Uint8Array<ArrayBuffer>[];
  settings: SearchSettings;
  /** Shared memory, one number a picture: not 0 once nobody waits for it any more. */
  cancelled: Int32Array;
}

/** News of a running batch: one picture's caption, and the milliseconds that its batch took for it. */
export interface PictureNews {
  index: number;
  /** The best first; never empty. */
  found: readonly FoundCaption[];
  encode: number;
  generate: number;
}

/** What a batch cost. */
export interface InferenceStatistics {
  batches: number;
  pictures: number;
  /** Tokens decoded, over all rows. */
  tokens: number;
  /** Milliseconds in which batches ran, those of them inside ONNX Runtime, and those between a batch and the one before. */
  busyMilliseconds: number;
  runtimeMilliseconds: number;
  idleMilliseconds: number;
}
