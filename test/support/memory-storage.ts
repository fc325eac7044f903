import type { ObjectStorage } from '@ekphrasis/storage';

/** Objects in memory, for whom it does not matter where they are. */
export class MemoryStorage implements ObjectStorage {
  readonly objects = new Map<string, Uint8Array>();
  isAway = false;

  async read(key: string): Promise<Uint8Array | undefined> {
    this.reach();
    return this.objects.get(key);
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    this.reach();
    this.objects.set(key, bytes);
  }

  async writeOnce(key: string, bytes: Uint8Array): Promise<Uint8Array> {
    this.reach();
    const kept = this.objects.get(key) ?? bytes;
    this.objects.set(key, kept);
    return kept;
  }

  async remove(key: string): Promise<void> {
    this.reach();
    this.objects.delete(key);
  }

  async check(): Promise<void> {
    this.reach();
  }

  private reach(): void {
    if (this.isAway) throw new Error('the storage is away');
  }
}
