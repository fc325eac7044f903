/**
 * The area under the ROC curve: how probably a score of the one kind is above one of the other, where equal scores count
 * half. 1 tells the kinds apart without fail, 0.5 not at all.
 */
export function rocArea(high: readonly number[], low: readonly number[]): number {
  const scores = [...high.map((score) => ({ score, isHigh: true })), ...low.map((score) => ({ score, isHigh: false }))];
  scores.sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let start = 0; start < scores.length;) {
    let end = start;
    while (end < scores.length && scores[end]!.score === scores[start]!.score) end++;
    const meanRank = (start + 1 + end) / 2;
    rankSum += meanRank * scores.slice(start, end).filter(({ isHigh }) => isHigh).length;
    start = end;
  }
  // the rank-sum statistic of Mann and Whitney
  return (rankSum - (high.length * (high.length + 1)) / 2) / (high.length * low.length);
}
