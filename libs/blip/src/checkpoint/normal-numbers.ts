const tableSize = 1 << 16;
let table: Float32Array | undefined;

/**
 * A source of pseudo-random numbers around zero, the same for the same seed. They are drawn from a table of 65,536 normal
 * quantiles, which fills a quarter of a billion weights in seconds.
 */
export function normalNumbers(seed: number, deviation: number): (into: Float32Array) => void {
  const quantiles = (table ??= normalTable());
  let state = Math.imul(seed, 0x9e3779b9) | 1;
  return (into) => {
    for (let index = 0; index < into.length; index++) {
      // xorshift32 (Marsaglia, 2003)
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      into[index] = deviation * quantiles[state >>> 16]!;
    }
  };
}

/** Box and Muller's transform of evenly spread pairs. */
function normalTable(): Float32Array {
  const side = Math.sqrt(tableSize);
  return Float32Array.from({ length: tableSize }, (_, index) => {
    const radius = Math.sqrt(-2 * Math.log(((index % side) + 0.5) / side));
    return radius * Math.cos((2 * Math.PI * (Math.floor(index / side) + 0.5)) / side);
  });
}
