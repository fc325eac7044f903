/** Megabytes (10^6 bytes) that an application holds, as its own metrics say. */
export async function residentMegabytes(url: string): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(await response.text()) ?? [];
  if (bytes === undefined) throw new Error(`${url}/metrics does not say how much memory the process holds`);
  return Number(bytes) / 1e6;
}
