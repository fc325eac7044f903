/** Resolves when all that runs has ended, or when the time for that is over. @param signal aborted when it is */
export async function drained(running: Iterable<Promise<unknown>>, signal: AbortSignal): Promise<void> {
  const expired = new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([Promise.all(running), expired]);
}
