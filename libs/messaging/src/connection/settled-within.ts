/** Resolves when `work` ends, well or badly, or after `ms`, whichever comes first: for closings that a frozen broker never answers. */
export async function settledWithin(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), expired]);
  clearTimeout(timer);
}
