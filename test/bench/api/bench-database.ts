import { Client } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { captionRequested } from '@ekphrasis/contracts';
import { migrateToLatest } from '@ekphrasis/persistence';
import { pictureUrl } from './load.js';

const patienceMs = 180_000;
const pollMs = 25;
/** One for all: their ids differ. */
const nonce = '0123456789abcdef';

/** One migrated database of the private server, and what the benchmark asks and tells it directly. */
export class BenchDatabase {
  private constructor(
    readonly name: string,
    readonly url: string,
    private readonly client: Client,
  ) {}

  static async create(serverUrl: string, name: string): Promise<BenchDatabase> {
    const server = await connect(serverUrl);
    await server.query(`CREATE DATABASE ${name}`);
    await server.end();
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    await migrateToLatest({ DATABASE_URL: url.href });
    return new BenchDatabase(name, url.href, await connect(url.href));
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** Puts `count` finished images in, with the ids from 1. */
  async seedDescribed(count: number): Promise<void> {
    await this.client.query(
      `INSERT INTO images (id, url, status, description, confidence, model, attempts, started_at, finished_at)
       SELECT id, $1, 'described', 'a red circle on a white background', 0.9, 'null', 1, now(), now()
       FROM generate_series(1, $2::bigint) AS id`,
      [pictureUrl, count],
    );
    await this.client.query(`SELECT setval(pg_get_serial_sequence('images', 'id'), $1)`, [count]);
    await this.client.query('VACUUM ANALYZE images');
    await this.client.query('CHECKPOINT');
  }

  /** Puts `count` images in that no worker will come to, with the ids behind all others. @returns the first id */
  async seedQueued(count: number): Promise<number> {
    const { rows } = await this.client.query<{ first: string }>(
      `WITH added AS (INSERT INTO images (url) SELECT $1 FROM generate_series(1, $2) RETURNING id)
       SELECT min(id) AS first FROM added`,
      [pictureUrl, count],
    );
    await this.client.query('VACUUM ANALYZE images');
    return Number(rows[0]?.first);
  }

  /** Accepts `count` images in one transaction, as so many `POST /images` would have. */
  async seedJobs(count: number): Promise<void> {
    const body = jobBody(0);
    await this.client.query(
      `WITH accepted AS (INSERT INTO images (url, nonce) SELECT $1, $6 FROM generate_series(1, $2) RETURNING id)
       INSERT INTO outbox (routing_key, type, body)
       SELECT $3, $4, replace($5, '"imageId":0', '"imageId":' || id) FROM accepted`,
      [pictureUrl, count, captionRequested.routingKey, captionRequested.type, body, nonce],
    );
  }

  /** Puts a message in the outbox that the broker cannot route, ahead of all that come later. */
  async seedUnroutable(): Promise<void> {
    await this.client.query(`INSERT INTO outbox (routing_key, type, body) VALUES ('nobody.is.bound', 'bench', '{}')`);
  }

  async removeUnroutable(): Promise<void> {
    await this.client.query(`DELETE FROM outbox WHERE routing_key = 'nobody.is.bound'`);
  }

  async outboxSize(): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(
      `SELECT count(*) AS count FROM outbox WHERE routing_key <> 'nobody.is.bound'`,
    );
    return Number(rows[0]?.count);
  }

  /** Resolves when the outbox is empty. @returns how long that took, in milliseconds */
  async outboxEmptied(): Promise<number> {
    const startedAt = performance.now();
    while ((await this.outboxSize()) > 0) {
      if (performance.now() - startedAt > patienceMs) throw new Error('the outbox does not get empty');
      await pause(pollMs);
    }
    return performance.now() - startedAt;
  }
}

/** A job's message as the API writes it. */
export function jobBody(imageId: number): string {
  const requestedAt = '2026-11-21T00:00:00.000Z';
  return captionRequested.encode({ imageId, nonce, url: pictureUrl, requestedAt }).toString('utf8');
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // it may outlive its server for a moment at the end
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
