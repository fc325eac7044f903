import type { ByteRange, NewObject, ObjectStorage, StoredObject } from './object-storage.js';

/** A folder of a storage as a storage of its own. What is said of the whole is said of the storage that it lies in. */
export class StorageFolder implements ObjectStorage {
  readonly name: string;

  constructor(
    private readonly whole: ObjectStorage,
    private readonly folder: string,
  ) {
    this.name = whole.name;
  }

  read(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.whole.read(this.within(key), signal);
  }

  readRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.whole.readRange(this.within(key), range, signal);
  }

  write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.whole.write(this.within(key), bytes, signal);
  }

  writeOnce(key: string, bytes: Uint8Array, signal?: AbortSignal, companion?: NewObject): Promise<Uint8Array> {
    const beside = companion && { ...companion, key: this.within(companion.key) };
    return this.whole.writeOnce(this.within(key), bytes, signal, beside);
  }

  remove(key: string, signal?: AbortSignal): Promise<void> {
    return this.whole.remove(this.within(key), signal);
  }

  async *list(folder: string, signal?: AbortSignal): AsyncGenerator<StoredObject[]> {
    const inner = folder === '' ? this.folder : this.within(folder);
    for await (const page of this.whole.list(inner, signal)) {
      yield page.map((object) => ({ ...object, key: object.key.slice(this.folder.length + 1) }));
    }
  }

  readMarker(signal?: AbortSignal): Promise<string | undefined> {
    return this.whole.readMarker(signal);
  }

  mark(id: string, signal?: AbortSignal): Promise<string> {
    return this.whole.mark(id, signal);
  }

  location(signal?: AbortSignal): Promise<string> {
    return this.whole.location(signal);
  }

  check(signal?: AbortSignal): Promise<void> {
    return this.whole.check(signal);
  }

  private within(key: string): string {
    return `${this.folder}/${key}`;
  }
}
