/** The longest turn of an application's event loop since this was asked last, in milliseconds, as its own metrics say. */
export async function longestTurn(url: string): Promise<number> {
  return (await metricOf(url, 'nodejs_eventloop_lag_max_seconds')) * 1000;
}

/** Megabytes (10^6 bytes) that an application holds, as its own metrics say. */
export async function residentMegabytes(url: string): Promise<number> {
  return (await metricOf(url, 'process_resident_memory_bytes')) / 1e6;
}

async function metricOf(url: string, name: string): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(await response.text()) ?? [];
  if (value === undefined) throw new Error(`${url}/metrics does not tell ${name}`);
  return Number(value);
}
