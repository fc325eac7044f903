import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { Database, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly passwordHash: string;
}

/** Who may have tasks. An address belongs to one user, however its letters are written. */
@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  /** @returns false where the address is another user's */
  async add(transaction: Transaction<Schema>, { id, email, fullName, passwordHash }: NewUser): Promise<boolean> {
    const { numInsertedOrUpdatedRows = 0n } = await transaction
      .insertInto('users')
      .values({ id, email, full_name: fullName, password_hash: passwordHash })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows > 0n;
  }

  async byEmail(email: string): Promise<{ id: string; passwordHash: string } | undefined> {
    return withDatabaseErrors(() =>
      this.database
        .selectFrom('users')
        .select(['id', 'password_hash as passwordHash'])
        .where(sql`lower(email)`, '=', sql`lower(${email})`)
        .executeTakeFirst(),
    );
  }
}
