/** n! exactly: halves are multiplied with each other, so that large numbers meet large ones, for which multiplying is fast. */
export function factorial(n: number): string {
  return product(1, n).toString();
}

function product(from: number, to: number): bigint {
  if (to - from < 16) {
    let result = 1n;
    for (let factor = from; factor <= to; factor += 1) result *= BigInt(factor);
    return result;
  }
  const middle = Math.floor((from + to) / 2);
  return product(from, middle) * product(middle + 1, to);
}
