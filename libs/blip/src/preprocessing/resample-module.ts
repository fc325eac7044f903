import { resampleBytes } from './resample-bytes.js';

/** What is used here of a global whose types come with the browser's only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

/**
 * The inner loops of resampling, in WebAssembly's SIMD (`resample.wat`). `npm run bench:resampling` has them beside the same in
 * JavaScript.
 *
 * A kernel lies in memory as entries of `stride` bytes: first pixel, count, weights.
 */
export interface ResampleModule {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
  /** Takes `rowCount` rows of `rowBytes` to rows of `outputs` pixels, `outputRowBytes` apart. */
  rows(
    source: number,
    rowBytes: number,
    rowCount: number,
    kernel: number,
    stride: number,
    outputs: number,
    output: number,
    outputRowBytes: number,
  ): void;
  /** Takes rows of `rowBytes`, a multiple of 16, to `outputs` rows of as many bytes. */
  columns(source: number, rowBytes: number, kernel: number, stride: number, outputs: number, output: number): void;
}

const compiled = new WebAssembly.Module(resampleBytes);

/** A module with a memory of its own, which is gone with it: memory of WebAssembly grows and never shrinks. */
export function instantiateResampleModule(): ResampleModule {
  return new WebAssembly.Instance(compiled).exports as ResampleModule;
}
