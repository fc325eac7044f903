/** A share of red pixels is a whole number of ten-thousandths: 0 to 10,000. */
export const wholeShare = 10_000;

/**
 * The least share, in ten-thousandths, that is above a threshold as JavaScript compares the two numbers that clients see: a client
 * that compares `red > above` by itself comes to the same pictures.
 * @param threshold any finite number
 * @returns 10,001 where no share is above
 */
export function leastShareAbove(threshold: number): number {
  let share = Math.min(Math.max(Math.floor(threshold * wholeShare) - 1, 0), wholeShare);
  while (share <= wholeShare && share / wholeShare <= threshold) share += 1;
  return share;
}
