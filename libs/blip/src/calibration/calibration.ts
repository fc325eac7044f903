import type { Remedy } from '../compiler/products.js';

/** A product that plain int8 would spoil, and what was done: the manifest's words, so they stay as they are. */
export interface RemediedProduct {
  /** Its layer's name in the checkpoint. */
  product: string;
  /** Relative error of plain int8. */
  error: number;
  /** … with each input scaled (SmoothQuant); absent where that cannot be done. */
  smoothedError?: number;
}

/** What int8 does to a checkpoint, measured on pictures and words made for that; kept in the manifest. */
export interface Int8Report {
  /** The largest relative error that a product in int8 may have. */
  bound: number;
  /** Products within the bound once their inputs are scaled. */
  smoothed: RemediedProduct[];
  /** Products (and tables of embeddings) that stay in float32. */
  keptInFp32: RemediedProduct[];
  /** All products, these included. */
  products: number;
  /** Relative error of the encoder's states with all that done. */
  statesError: number;
  /** The share of places where int8's first choice for the next word is float32's. */
  agreement: {
    places: number;
    measured: number;
    /** The lower end of the measured share's 95 % interval: what `verify` holds the bundle to. */
    stated: number;
  };
}

export interface Calibration {
  remedies: ReadonlyMap<string, Remedy>;
  report: Int8Report;
}
