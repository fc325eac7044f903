import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, ReadDatabase, withDatabaseErrors } from '@ekphrasis/persistence';

/** Whose a key is. */
export interface KeyOwner {
  keyId: string;
  clientId: string;
  /** Whether its last use is to be written: what is written is older than a minute. */
  isUseUnwritten: boolean;
}

/** A key as the operator sees it. */
export interface ListedKey {
  keyId: string;
  /** How it begins. */
  prefix: string;
  createdAt: Date;
  /** Within a minute; null where it was never used. */
  lastUsedAt: Date | null;
  /** Null while it is good. */
  revokedAt: Date | null;
}

/** The keys that are kept, by their digests. */
@Injectable()
export class ApiKeysRepository {
  constructor(
    private readonly database: Database,
    private readonly reads: ReadDatabase,
  ) {}

  /** @returns undefined for one that was never made, or was revoked @throws DatabaseUnavailableError */
  ownerOf(digest: Buffer): Promise<KeyOwner | undefined> {
    return withDatabaseErrors(() =>
      this.reads
        .selectFrom('api_keys')
        .select([
          'key_id as keyId',
          'client_id as clientId',
          sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`.as('isUseUnwritten'),
        ])
        .where('hash', '=', digest)
        .where('revoked_at', 'is', null)
        .executeTakeFirst(),
    );
  }

  /** Writes that a key is used now. @throws DatabaseUnavailableError */
  async noteUse(keyId: string): Promise<void> {
    await withDatabaseErrors(() =>
      this.database
        .updateTable('api_keys')
        .set({ last_used_at: sql`now()` })
        .where('key_id', '=', keyId)
        .execute(),
    );
  }

  /** Of one client, the oldest first. */
  async list(clientId: string): Promise<ListedKey[]> {
    return withDatabaseErrors(() =>
      this.database
        .selectFrom('api_keys')
        .select([
          'key_id as keyId',
          'prefix',
          'created_at as createdAt',
          'last_used_at as lastUsedAt',
          'revoked_at as revokedAt',
        ])
        .where('client_id', '=', clientId)
        .orderBy('created_at')
        .orderBy('key_id')
        .execute(),
    );
  }

  /** @returns whether the client has such a key; one that was revoked before stays as it was */
  async revoke(clientId: string, keyId: string): Promise<boolean> {
    const { rows } = await withDatabaseErrors(() =>
      sql`UPDATE api_keys SET revoked_at = coalesce(revoked_at, now())
        WHERE client_id = ${clientId} AND key_id = ${keyId} RETURNING key_id`.execute(this.database),
    );
    return rows.length > 0;
  }
}
