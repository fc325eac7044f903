import { Injectable, Logger } from '@nestjs/common';
import { LikeLines } from '@ekphrasis/observability';
import { DatabaseUnavailableError } from '@ekphrasis/persistence';
import { withTimeLimit } from '@ekphrasis/time-limit';
import { digestOf, isApiKey } from './keys/api-key.js';
import { ApiKeysRepository, type KeyOwner } from './keys/api-keys.repository.js';
import { KnownKeys, type KnownKey } from './keys/known-keys.js';

/** How long a key that was good counts as good. What is revoked is refused after it, in every process. */
const freshMs = 2_000;
/** After so much of it, whoever comes has it looked up while he is answered: a key in use waits for nothing. */
const renewAfterMs = 1_000;
/** A database that gives no answer counts as away after it: sooner where the answer does not hang on it, before the key is stale. */
const lookUpWithinMs = 2_000;
const renewWithinMs = 500;
const knownKeys = 20_000;

/**
 * Knows clients by their keys, for whoever takes calls, over HTTP or not.
 *
 * A key's state:
 *   unknown -> (looked up) fresh: answers by itself
 *   fresh -> (a second) due: answers by itself, and is looked up again meanwhile
 *   due -> (two seconds) stale: is looked up before it answers; while the database is away it answers all the same
 *   any -> (looked up, and there is none) unknown
 */
@Injectable()
export class AccessService {
  private readonly logger = new Logger(AccessService.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));
  private readonly known = new KnownKeys(knownKeys);
  private readonly lookUps = new Map<string, Promise<string | undefined>>();

  constructor(private readonly keys: ApiKeysRepository) {}

  /**
   * @param key as the client sent it
   * @returns the client's id, at once where it is known; undefined for a key that was never made, or was revoked
   * @throws DatabaseUnavailableError for a key that this process has not seen while the database is away
   */
  clientOf(key: string): string | undefined | Promise<string | undefined> {
    if (!isApiKey(key)) return undefined;
    const digest = digestOf(key);
    const name = digest.toString('latin1');
    const known = this.known.find(name);
    const age = known ? performance.now() - known.checkedAt : Infinity;
    if (age < renewAfterMs) return known?.clientId;
    const lookUp = this.lookUps.get(name) ?? this.begin(name, digest);
    return age < freshMs ? known?.clientId : lookUp;
  }

  private begin(name: string, digest: Buffer): Promise<string | undefined> {
    const lookUp = this.lookUp(name, digest).finally(() => this.lookUps.delete(name));
    this.lookUps.set(name, lookUp);
    // whoever waits for it hears of its failure
    lookUp.catch(() => undefined);
    return lookUp;
  }

  private async lookUp(name: string, digest: Buffer): Promise<string | undefined> {
    const clientId = await this.ask(digest, this.known.find(name));
    if (clientId === undefined) this.known.forget(name);
    else this.known.keep(name, { clientId, checkedAt: performance.now() });
    return clientId;
  }

  /** The answer of the database, or what is known where it gives none. */
  private async ask(digest: Buffer, known: KnownKey | undefined): Promise<string | undefined> {
    const milliseconds = known ? renewWithinMs : lookUpWithinMs;
    const onTimeout = (): Error => new DatabaseUnavailableError(new Error(`no answer in ${milliseconds} ms`));
    try {
      const owner = await withTimeLimit({ milliseconds, onTimeout }, () => this.keys.ownerOf(digest));
      if (owner?.isUseUnwritten) this.noteUse(owner);
      return owner?.clientId;
    } catch (error) {
      if (!known || !(error instanceof DatabaseUnavailableError)) throw error;
      this.failures.say('stale', `keys that are known count although they cannot be looked up: ${error.message}`);
      return known.clientId;
    }
  }

  private noteUse({ keyId }: KeyOwner): void {
    this.keys.noteUse(keyId).catch((error: Error) => {
      this.failures.say('use', `when a key was last used is not written: ${error.message}`);
    });
  }
}
