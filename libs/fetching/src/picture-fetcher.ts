/** The port: downloads a URL that a stranger gave us. */
export interface PictureFetcher {
  /**
   * Downloads the body behind `url` (with or without a scheme: `https://`, then `http://`, is tried).
   * @returns the body's bytes, at most the configured size; its type is for the decoder to find out
   * @throws `FetchError` with a `code` that says why, `retryable` where a later attempt may succeed
   */
  fetch(url: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** Closes its connections. */
  close(): Promise<void>;
}
