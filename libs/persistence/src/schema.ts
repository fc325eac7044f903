import type { ColumnType, Generated } from 'kysely';
import type { ImageStatus, ProcessingOperation, ProcessingOptions, ProcessingStatus } from '@ekphrasis/contracts';
import type {
  WebhookDeliveriesTable,
  WebhookEventsTable,
  WebhookRevisionTable,
  WebhooksTable,
} from './webhook-tables.js';
import type { TaskSchema } from './task-schema.js';

/** bigint columns: ours stay below 2^53 and are read as numbers. */
type Id = ColumnType<number, number | undefined, never>;

/** How a caption is searched for, as the client gave it. */
export interface StoredCaptionOptions {
  prompt?: string;
  beams?: number;
  captions?: number;
  max_length?: number;
}

/** One of several captions of an image. */
export interface StoredCaption {
  text: string;
  /** 0 to 1. */
  confidence: number;
}

export interface ImagesTable {
  id: Id;
  /** What messages and stored objects about the image carry, lest those of another one with its id are taken for its own; null in rows of earlier versions. */
  nonce: string | null;
  /** Whose image it is; null where it came without a key. */
  client_id: string | null;
  /** Where the picture is fetched; null for an uploaded one. */
  url: string | null;
  /** Where the uploaded picture lies in storage; null for one to fetch. */
  picture_key: string | null;
  /** The client's own word for the image; null where it gave none. */
  tag: string | null;
  /** jsonb; null where the client gave none. */
  options: StoredCaptionOptions | null;
  status: Generated<ImageStatus>;
  description: string | null;
  confidence: number | null;
  /** jsonb: all captions, the best first, where there is more than one; null where the description is the only one. */
  captions: StoredCaption[] | null;
  model: string | null;
  attempts: Generated<number>;
  failure_code: string | null;
  failure_reason: string | null;
  /** When the client was answered. */
  queued_at: Generated<Date>;
  /** When its job was last put into the outbox again; null where it never was. */
  requeued_at: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface ProcessingJobsTable {
  /** A UUID. */
  id: string;
  /** Whose job it is; null where it came without a key. */
  client_id: string | null;
  /** As the client named the file; null where it gave no name. */
  file_name: string | null;
  /** In the order in which they are applied. */
  operations: ProcessingOperation[];
  /** json; null where the client gave none. */
  options: ProcessingOptions | null;
  /** Where the original lies, in the storage of uploads. */
  upload_key: string;
  status: Generated<ProcessingStatus>;
  /** json, as clients read it: where the picture is, or why there is none; null until it has ended. */
  result: Record<string, unknown> | null;
  attempts: Generated<number>;
  /** When the client was answered. */
  queued_at: Generated<Date>;
  /** When its job was last put into the outbox again; null where it never was. */
  requeued_at: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface IdempotencyKeysTable {
  key: string;
  /** Digest of the request that used the key first. */
  fingerprint: string;
  image_id: number;
  created_at: Generated<Date>;
}

export interface OutboxTable {
  id: Generated<number>;
  routing_key: string;
  type: string;
  body: string;
  /** W3C Trace Context; null where nothing is traced. */
  traceparent: Generated<string | null>;
}

export interface DeadLettersTable {
  id: Generated<number>;
  queue: string;
  /** The image it is about; null where the body could not be read. */
  image_id: number | null;
  /** The id of its row, where that is no image. */
  row_id: string | null;
  code: string;
  reason: string;
  attempts: number;
  routing_key: string;
  type: string;
  body: Buffer;
  died_at: Generated<Date>;
}

export interface MeasurementsTable {
  /** Of one client's, a later commit has a larger one. */
  id: Generated<number>;
  client_id: string;
  /** Names the picture in storage. */
  nonce: string;
  /** As the client named it; null where it gave no name. */
  file_name: string | null;
  content_type: string;
  /** Ten-thousandths of all pixels. */
  red: number;
  red_channel_mean: number;
  width: number;
  height: number;
  /** In whole milliseconds, as clients see it. */
  measured_at: Date;
  /** When its message was last put into the outbox again; null where it never was. */
  requeued_at: Date | null;
  /** When the notifier counted it in `red_counts` and decided who is told; null before. */
  counted_at: Date | null;
}

/** One row, or none while all measurements are kept. */
export interface MeasurementRetentionTable {
  one: Generated<boolean>;
  /** A whole minute: measurements from before may be gone, counted ones. */
  kept_from: Date;
}

/** Written and read by libs/statistics alone, where its form is explained. */
export interface RedCountsTable {
  client_id: string;
  resolution: 'minute' | 'hour' | 'day';
  part: number;
  start: Date;
  at_least: number[];
}

/** One row. */
export interface StorageIdentityTable {
  /** What the marker in this database's storage says. */
  id: string;
  /** When a storage was first marked with it; null before. */
  marked_at: Date | null;
  /** The same of the bucket of uploads, and of that of processed pictures, where these are storages of their own. */
  uploads_marked_at: Date | null;
  processed_marked_at: Date | null;
}

/** Whoever submits with a key. */
export interface ClientsTable {
  client_id: string;
  /** What the operator calls it. */
  name: string;
  created_at: Generated<Date>;
}

export interface ApiKeysTable {
  /** Names the key where it is listed and revoked; opens nothing. */
  key_id: string;
  client_id: string;
  /** SHA-256 of the whole key. */
  hash: Buffer;
  /** How the key begins, so that its owner can tell it from others. */
  prefix: string;
  created_at: Generated<Date>;
  /** Within a minute; null where it was never used. */
  last_used_at: Date | null;
  /** Null while it is good. */
  revoked_at: Date | null;
}

/** What became of a message of `task_queue`. */
export interface ResultsTable {
  /** Ascending in the order of the commits: who has read up to one has missed none. */
  id: Generated<number>;
  /** The id under which its consumers know the message: a redelivered one has the same. */
  delivery_id: string;
  message: string;
  kind: 'ab' | 'fact' | 'freq' | 'text';
  /** Null where it has an error. */
  result: string | null;
  error: string | null;
  created_at: Generated<Date>;
}

export interface Schema extends TaskSchema {
  images: ImagesTable;
  processing_jobs: ProcessingJobsTable;
  idempotency_keys: IdempotencyKeysTable;
  outbox: OutboxTable;
  dead_letters: DeadLettersTable;
  measurements: MeasurementsTable;
  measurement_retention: MeasurementRetentionTable;
  red_counts: RedCountsTable;
  storage_identity: StorageIdentityTable;
  clients: ClientsTable;
  api_keys: ApiKeysTable;
  results: ResultsTable;
  webhooks: WebhooksTable;
  webhook_revision: WebhookRevisionTable;
  webhook_events: WebhookEventsTable;
  webhook_deliveries: WebhookDeliveriesTable;
}
