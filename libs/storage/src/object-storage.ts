/** What a listing tells of an object. */
export interface StoredObject {
  key: string;
  modifiedAt: Date;
}

/** Bytes and the key that they are for. */
export interface NewObject {
  key: string;
  bytes: Uint8Array;
}

/** Both ends are included. */
export interface ByteRange {
  first: number;
  last: number;
}

/** The port: small objects under keys such as `17.txt` or `pictures/17`. Keys never leave the storage's own root. */
export interface ObjectStorage {
  /** For people: what the settings name, such as `the data directory /data`. */
  readonly name: string;
  /** The object's bytes, or undefined where there is none. */
  read(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /**
   * The object's bytes from `first` to `last`, both included and counted from 0; fewer where it ends before.
   * @returns undefined where there is no object
   */
  readRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Writes the object whole or not at all; replaces what was there. Durable when the promise resolves. */
  write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /**
   * Writes the object unless one is there already, whole or not at all.
   * @param companion written, or replaced, together with it: after it, and only where the given bytes are what is there afterwards
   * @returns the bytes that are there afterwards: the given ones, or those of the first writer
   */
  writeOnce(key: string, bytes: Uint8Array, signal?: AbortSignal, companion?: NewObject): Promise<Uint8Array>;
  /** Removes the object; nothing happens where there is none. */
  remove(key: string, signal?: AbortSignal): Promise<void>;
  /**
   * The objects right below a folder, by pages, in no order; of what comes or goes meanwhile some may be there.
   * @param folder `pictures` say, or `''` for the root
   */
  list(folder: string, signal?: AbortSignal): AsyncIterable<StoredObject[]>;
  /** Whose storage this is, as its marker says; undefined where it has none, or is not there at all. See `markerKey`. */
  readMarker(signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Marks the storage with an id, unless it bears another one, and makes the directory, or where that is allowed the bucket, that
   * is not there yet. Nothing else makes one: what is missing later is away, and not to be replaced by something empty.
   * @returns the id that the storage bears afterwards
   */
  mark(id: string, signal?: AbortSignal): Promise<string>;
  /** Where the storage lies: another text after something else was mounted at its place. @throws StorageError `storage-away` */
  location(signal?: AbortSignal): Promise<string>;
  /** Resolves when the storage can be written to, rejects with the reason otherwise. For health checks. */
  check(signal?: AbortSignal): Promise<void>;
}
