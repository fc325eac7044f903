import type { ByteRange, NewObject, ObjectStorage, StoredObject } from '@ekphrasis/storage';

/** Objects in memory, for whom it does not matter where they are. */
export class MemoryStorage implements ObjectStorage {
  readonly name = 'memory';
  readonly objects = new Map<string, Uint8Array>();
  /** Of objects that are not new. */
  readonly modifiedAt = new Map<string, Date>();
  marker?: string;
  isAway = false;

  async read(key: string): Promise<Uint8Array | undefined> {
    this.reach();
    return this.objects.get(key);
  }

  async readRange(key: string, { first, last }: ByteRange): Promise<Uint8Array | undefined> {
    this.reach();
    return this.objects.get(key)?.subarray(first, last + 1);
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    this.reach();
    this.objects.set(key, bytes);
  }

  async writeOnce(key: string, bytes: Uint8Array, _signal?: AbortSignal, companion?: NewObject): Promise<Uint8Array> {
    this.reach();
    const kept = this.objects.get(key) ?? bytes;
    this.objects.set(key, kept);
    if (companion && kept === bytes) this.objects.set(companion.key, companion.bytes);
    return kept;
  }

  async remove(key: string): Promise<void> {
    this.reach();
    this.objects.delete(key);
  }

  async *list(folder: string): AsyncGenerator<StoredObject[]> {
    this.reach();
    const prefix = folder === '' ? '' : `${folder}/`;
    const keys = [...this.objects.keys()].filter(
      (key) => key.startsWith(prefix) && !key.slice(prefix.length).includes('/'),
    );
    for (let from = 0; from < keys.length; from += 1_000) {
      yield keys.slice(from, from + 1_000).map((key) => ({ key, modifiedAt: this.modifiedAt.get(key) ?? new Date() }));
    }
  }

  async readMarker(): Promise<string | undefined> {
    this.reach();
    return this.marker;
  }

  async mark(id: string): Promise<string> {
    this.reach();
    return (this.marker ||= id);
  }

  async location(): Promise<string> {
    this.reach();
    return this.name;
  }

  async check(): Promise<void> {
    this.reach();
  }

  private reach(): void {
    if (this.isAway) throw new Error('the storage is away');
  }
}
