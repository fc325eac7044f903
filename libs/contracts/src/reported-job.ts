/** Whose job a report is about, as far as its body can be read at all: it may be none that its contract allows. */
export function reportedJobIn(body: Uint8Array): { imageId?: number; nonce?: string } {
  try {
    const { imageId, nonce } = JSON.parse(Buffer.from(body).toString('utf8')) as { imageId?: unknown; nonce?: unknown };
    if (!Number.isSafeInteger(imageId) || Number(imageId) <= 0) return {};
    return { imageId: Number(imageId), nonce: typeof nonce === 'string' ? nonce : undefined };
  } catch {
    return {};
  }
}
