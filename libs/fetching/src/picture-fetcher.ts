import type { CodedError } from '@ekphrasis/errors';
import type { Admission } from './hosts/host-gate.js';

/** What a caller may have a download know and say. */
export interface FetchOptions {
  /** Ends the download. */
  signal?: AbortSignal | undefined;
  /** Told when the download begins to be slow (after three seconds), and when a slow one is over. */
  onSlow?: ((isSlow: boolean) => void) | undefined;
}

/** What is known of hosts, so that work can be put away before it is tried. A host is the `host:port` of a URL. */
export interface Hosts {
  /** Why a URL's host cannot be asked now, as `fetch` would say, with a `deferral`; undefined where it can, or is no URL. */
  refusalOf(url: string): CodedError | undefined;
  /** How many downloads from a host may be tried now, and when others may, in milliseconds of `Date.now()`. */
  admission(host: string): Admission;
  /** Counts the downloads that were put away for a host; a negative number, those that came back. */
  away(host: string, downloads: number): void;
}

/** The port: downloads a URL that a stranger gave us. */
export interface PictureFetcher {
  /**
   * Downloads the body behind `url` (with or without a scheme: `https://`, then `http://`, is tried).
   * @returns the body's bytes, at most the configured size; its type is for the decoder to find out
   * @throws `FetchError` with a `code` that says why, `retryable` where a later attempt may succeed, and a `deferral` where it
   *   was not tried, or the server says when it wants to be asked
   */
  fetch(url: string, options?: FetchOptions): Promise<Uint8Array>;
  readonly hosts: Hosts;
  /** Closes its connections. */
  close(): Promise<void>;
}
