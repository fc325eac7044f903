import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { Database, inTransaction, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';
import { ApiKeyNotFoundError, ClientNotFoundError } from '../access.errors.js';
import { digestOf, newApiKey, prefixOf } from '../keys/api-key.js';
import { ApiKeysRepository, type ListedKey } from '../keys/api-keys.repository.js';

export interface Client {
  clientId: string;
  name: string;
  createdAt: Date;
}

/** A key on the one occasion on which it is known. */
export interface NewKey {
  clientId: string;
  keyId: string;
  key: string;
}

/** Makes clients and their keys. */
@Injectable()
export class Clients {
  constructor(
    private readonly database: Database,
    private readonly keys: ApiKeysRepository,
  ) {}

  /** A client with its first key. */
  add(name: string): Promise<NewKey> {
    return inTransaction(this.database, async (transaction) => {
      const clientId = randomUUID();
      await transaction.insertInto('clients').values({ client_id: clientId, name }).execute();
      return addKey(transaction, clientId);
    });
  }

  /** One key more, so that a client can change over to it before the other is revoked. @throws ClientNotFoundError */
  addKey(clientId: string): Promise<NewKey> {
    return inTransaction(this.database, async (transaction) => {
      await this.require(clientId, transaction);
      return addKey(transaction, clientId);
    });
  }

  /** The oldest first. @param after those behind this client; of one that there is not, none */
  list(after: string | undefined, limit: number): Promise<Client[]> {
    return withDatabaseErrors(() =>
      this.database
        .selectFrom('clients')
        .select(['client_id as clientId', 'name', 'created_at as createdAt'])
        .$if(after !== undefined, (clients) =>
          clients.where(
            sql<boolean>`(created_at, client_id) > (SELECT created_at, client_id FROM clients WHERE client_id = ${after})`,
          ),
        )
        .orderBy('created_at')
        .orderBy('client_id')
        .limit(limit)
        .execute(),
    );
  }

  /** @throws ClientNotFoundError */
  async listKeys(clientId: string): Promise<ListedKey[]> {
    await withDatabaseErrors(() => this.require(clientId));
    return this.keys.list(clientId);
  }

  /** For good; one that was revoked before stays so. @throws ApiKeyNotFoundError */
  async revokeKey(clientId: string, keyId: string): Promise<void> {
    if (!isId(keyId) || !isId(clientId) || !(await this.keys.revoke(clientId, keyId))) throw new ApiKeyNotFoundError();
  }

  private async require(clientId: string, database: Database | Transaction<Schema> = this.database): Promise<void> {
    if (!isId(clientId)) throw new ClientNotFoundError();
    const client = await database
      .selectFrom('clients')
      .select('client_id')
      .where('client_id', '=', clientId)
      .executeTakeFirst();
    if (!client) throw new ClientNotFoundError();
  }
}

/** Whether it can be an id of ours: not every text can be asked of a database. */
function isId(text: string): boolean {
  return /^[\da-f-]{36}$/.test(text);
}

async function addKey(transaction: Transaction<Schema>, clientId: string): Promise<NewKey> {
  const key = newApiKey();
  const keyId = randomUUID();
  await transaction
    .insertInto('api_keys')
    .values({ key_id: keyId, client_id: clientId, hash: digestOf(key), prefix: prefixOf(key) })
    .execute();
  return { clientId, keyId, key };
}
