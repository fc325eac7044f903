import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { openTo } from '@ekphrasis/images';
import { Database, ReadDatabase, withDatabaseErrors } from '@ekphrasis/persistence';

/** What of an image's row its renditions are made from. */
export interface RenditionSource {
  id: number;
  nonce: string | null;
  url: string | null;
  pictureKey: string | null;
  /** Of the database's storage. */
  storageId: string;
}

@Injectable()
export class RenditionSourcesRepository {
  constructor(@Inject(ReadDatabase) private readonly reads: Database) {}

  /** @returns undefined where there is no such image, or it is another client's */
  async find(imageId: number, clientId: string | undefined): Promise<RenditionSource | undefined> {
    const { rows } = await withDatabaseErrors(() =>
      sql<RenditionSource>`
        SELECT id, nonce, url, picture_key AS "pictureKey", (SELECT id FROM storage_identity) AS "storageId"
        FROM images WHERE id = ${imageId} AND ${openTo(clientId)}`.execute(this.reads),
    );
    return rows[0];
  }
}
