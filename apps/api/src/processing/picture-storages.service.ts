import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PROCESSED_STORAGE, StorageFolder, UPLOADS_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { StorageIdentity, StorageIdentityRepository, type StorageKind } from '@ekphrasis/storage-identity';

/**
 * Knows whether originals and processed pictures lie where they belong. In S3 each has a bucket of its own, which is marked as the main
 * one is, and made where that is allowed; folders of the data directory are well where the directory is.
 */
@Injectable()
export class PictureStorages implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly own: StorageIdentity[] = [];
  private readonly uploads: StorageIdentity;
  private readonly processed: StorageIdentity;

  constructor(
    private readonly main: StorageIdentity,
    private readonly repository: StorageIdentityRepository,
    @Inject(UPLOADS_STORAGE) uploads: ObjectStorage,
    @Inject(PROCESSED_STORAGE) processed: ObjectStorage,
  ) {
    this.uploads = this.identityOf(uploads, 'uploads');
    this.processed = this.identityOf(processed, 'processed');
  }

  onApplicationBootstrap(): void {
    for (const identity of this.own) identity.onApplicationBootstrap();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.own.map((identity) => identity.beforeApplicationShutdown()));
  }

  /** For whoever is about to write or remove an original. @returns what the marker says @throws StorageError; DatabaseUnavailableError */
  ensureUploads(): Promise<string> {
    return this.uploads.ensure();
  }

  /** For whoever is about to remove results. @throws StorageError; DatabaseUnavailableError */
  ensureProcessed(): Promise<string> {
    return this.processed.ensure();
  }

  /** Resolves while both are ours. */
  async check(): Promise<void> {
    await Promise.all([this.uploads.check(), this.processed.check()]);
  }

  private identityOf(storage: ObjectStorage, kind: StorageKind): StorageIdentity {
    if (storage instanceof StorageFolder) return this.main;
    const identity = new StorageIdentity(this.repository, storage, kind);
    this.own.push(identity);
    return identity;
  }
}
