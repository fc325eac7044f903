/** The port: small objects under keys such as `17.txt` or `pictures/17`. Keys never leave the storage's own root. */
export interface ObjectStorage {
  /** The object's bytes, or undefined where there is none. */
  read(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Writes the object whole or not at all; replaces what was there. Durable when the promise resolves. */
  write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /**
   * Writes the object unless one is there already, whole or not at all.
   * @returns the bytes that are there afterwards: the given ones, or those of the first writer
   */
  writeOnce(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>;
  /** Removes the object; nothing happens where there is none. */
  remove(key: string, signal?: AbortSignal): Promise<void>;
  /** Resolves when the storage can be written to, rejects with the reason otherwise. For health checks. */
  check(signal?: AbortSignal): Promise<void>;
}
