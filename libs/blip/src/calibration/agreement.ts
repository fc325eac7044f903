/** The normal distribution's 97.5 % quantile: an interval of 95 % has so many deviations on either side. */
const deviations = 1.96;

/**
 * The lower end of Wilson's 95 % interval for a share of which `hits` of `tries` were seen: what may be stated after so few
 * tries.
 */
export function statedShare(hits: number, tries: number): number {
  if (tries === 0) return 0;
  const share = hits / tries;
  const square = deviations ** 2;
  const spread = deviations * Math.sqrt((share * (1 - share)) / tries + square / (4 * tries ** 2));
  return Math.max(0, (share + square / (2 * tries) - spread) / (1 + square / tries));
}
