/** Multiplies in place. */
export function scaled(values: Float32Array, factor: number): Float32Array {
  if (factor !== 1) for (let index = 0; index < values.length; index++) values[index] = values[index]! * factor;
  return values;
}

/** Multiplies each value in place by the factor at its place, where there are any. */
export function scaledBy(values: Float32Array, factors: Float32Array | undefined): Float32Array {
  if (factors) for (let index = 0; index < values.length; index++) values[index] = values[index]! * factors[index]!;
  return values;
}

/** The largest absolute value; 0 where there is none. */
export function largestMagnitude(values: Float32Array): number {
  let magnitude = 0;
  for (const value of values) magnitude = Math.max(magnitude, Math.abs(value));
  return magnitude;
}
