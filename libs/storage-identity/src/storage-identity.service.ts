import {
  Inject,
  Injectable,
  Logger,
  Optional,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LikeLines } from '@ekphrasis/observability';
import { markerKey, OBJECT_STORAGE, StorageError, type ObjectStorage } from '@ekphrasis/storage';
import { RepeatedWork } from '@ekphrasis/service';
import { StorageIdentityRepository, type StorageKind } from './storage-identity.repository.js';

interface Identity {
  id: string;
  /** Whether a storage was ever marked with the id. */
  isMarked: boolean;
}

const everyMs = 10_000;
const trustedForMs = 2_000;

/**
 * Knows whether the storage that the settings lead to is the one that belongs to the database, by the marker in it.
 *
 * | database says | storage bears             | then                                                                     |
 * |---------------|---------------------------|--------------------------------------------------------------------------|
 * | never marked  | nothing, or our id        | it is marked: a new system, or one of before there were markers          |
 * | marked        | our id                    | all is well                                                              |
 * | marked        | nothing                   | away: not mounted, or another one; but where this process has seen our id at the same place, and that place is still there, it was emptied and is marked again |
 * | marked        | an empty marker           | it is marked: a person says that this is the storage                     |
 * | either        | another id                | away: it belongs to another system                                       |
 */
@Injectable()
export class StorageIdentity implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(StorageIdentity.name);
  private readonly warnings = new LikeLines((line) => this.logger.warn(line));
  private readonly repeated = new RepeatedWork(everyMs, () => this.checkAndTell());
  private checking?: Promise<Identity>;
  /** Where the marker was last seen by this process. */
  private seenAt?: string;
  private trustedUntil = 0;
  private identity?: Identity;

  constructor(
    private readonly repository: StorageIdentityRepository,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    @Optional() private readonly kind: StorageKind = 'storage',
  ) {}

  onApplicationBootstrap(): void {
    void this.checkAndTell();
    this.repeated.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.repeated.stop();
    await this.checking?.catch(() => undefined);
  }

  /** Resolves while the storage is ours. @throws StorageError; DatabaseUnavailableError */
  check(): Promise<Identity> {
    return (this.checking ??= this.look().finally(() => (this.checking = undefined)));
  }

  /** The same, for whoever is about to write: what was so two seconds ago is good enough. @returns what its marker says */
  async ensure(): Promise<string> {
    if (!this.identity || performance.now() > this.trustedUntil) this.identity = await this.check();
    return this.identity.id;
  }

  private async checkAndTell(): Promise<void> {
    await this.check().catch((error: Error) => this.warnings.say(error.message, error.message));
  }

  private async look(): Promise<Identity> {
    this.trustedUntil = 0;
    // an id never changes, and neither does that it was marked
    if (!this.identity?.isMarked) this.identity = await this.repository.read(this.kind);
    const { id, isMarked } = this.identity;
    const found = isMarked ? await this.markerOf(id) : await this.storage.mark(id);
    if (found !== id) throw new StorageError('storage-away', this.reason(found));
    if (!isMarked) {
      await this.repository.recordMark(this.kind);
      this.logger.log(`${this.storage.name} is marked as the storage of this database`);
    }
    this.seenAt = await this.storage.location();
    this.trustedUntil = performance.now() + trustedForMs;
    return { id, isMarked: true };
  }

  /** What the storage bears, after it was marked again where it may be. */
  private async markerOf(id: string): Promise<string | undefined> {
    const marker = await this.storage.readMarker();
    if (marker) return marker;
    const wasEmptied = this.seenAt !== undefined && this.seenAt === (await this.storage.location());
    if (marker === undefined && !wasEmptied) return undefined;
    this.logger.warn(`${this.storage.name} was emptied, and is marked again as the storage of this database`);
    return this.storage.mark(id);
  }

  private reason(found: string | undefined): string {
    const { name } = this.storage;
    return found === undefined
      ? `There is no marker ${markerKey} in ${name}: it is not mounted, was emptied, or is another one. If it is the right one, make that object, empty`
      : `${name} belongs to another database, by its marker ${markerKey}. If it shall be this one's, empty that object`;
  }
}
