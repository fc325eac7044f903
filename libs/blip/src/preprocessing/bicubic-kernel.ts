/** PIL's fixed-point precision: 32 bits less 8 of the pixel and 2 for overshoot (Pillow, `Resample.c`). */
export const precisionBits = 22;

const a = -0.5;
const support = 2;
/** Numbers of an entry before its weights: the first pixel and the count. */
const entryHead = 2;

/** For each output position an entry of `stride` numbers: its first source pixel, how many there are, their weights · 2²². */
export interface Kernel {
  entries: Int32Array;
  stride: number;
}

/**
 * The weights by which PIL's BICUBIC (antialiased: the kernel widens with the scale) takes `inputSize` pixels to
 * `outputSize`, in its fixed-point form (`precompute_coeffs` and `normalize_coeffs_8bpc` of `Resample.c`).
 */
export function bicubicKernel(inputSize: number, outputSize: number): Kernel {
  const scale = inputSize / outputSize;
  const filterScale = Math.max(scale, 1);
  const reach = support * filterScale;
  const stride = entryHead + Math.ceil(reach) * 2 + 1;
  const entries = new Int32Array(outputSize * stride);
  for (let output = 0; output < outputSize; output++) {
    const center = (output + 0.5) * scale;
    const start = Math.max(Math.trunc(center - reach + 0.5), 0);
    const count = Math.min(Math.trunc(center + reach + 0.5), inputSize) - start;
    const exact = Array.from({ length: count }, (_, index) =>
      cubic((index + start - center + 0.5) * (1 / filterScale)),
    );
    const sum = exact.reduce((total, weight) => total + weight, 0);
    entries.set([start, count], output * stride);
    exact.forEach((weight, index) => {
      const fixed = (sum === 0 ? weight : weight / sum) * 2 ** precisionBits;
      entries[output * stride + entryHead + index] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    });
  }
  return { entries, stride };
}

function cubic(position: number): number {
  const x = Math.abs(position);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}
