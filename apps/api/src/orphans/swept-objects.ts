import type { ObjectStorage } from '@ekphrasis/storage';

/** The port: objects of one kind, and which of them nothing needs. */
export interface SweptObjects {
  readonly storage: ObjectStorage;
  readonly folders: readonly string[];
  /** Resolves while the storage is ours: another system's objects have no rows here either. @throws StorageError; DatabaseUnavailableError */
  ensure(): Promise<unknown>;
  /** Those of the keys that nothing needs; what is no key of this kind is passed over. @throws DatabaseUnavailableError */
  orphansAmong(keys: string[]): Promise<string[]>;
}

/** Injects all of them. */
export const SWEPT_OBJECTS = Symbol('SweptObjects');
