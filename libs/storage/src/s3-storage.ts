import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { withTimeLimit } from '@ekphrasis/time-limit';
import pLimit from 'p-limit';
import type { ByteRange, NewObject, ObjectStorage, StoredObject } from './object-storage.js';
import { hasStatus, isMissingBucket, isMissingObject, toStorageError } from './s3.errors.js';
import { assertStorageKey } from './storage-key.js';
import { storageLimit } from './storage-limit.js';
import { markerKey } from './storage-marker.js';

// Below the SDK's fifty sockets, beyond which it queues and warns.
const concurrentCalls = 48;
/** How long it is remembered that the credentials allow reading. */
const readableForMs = 10_000;
const pageSize = 1_000;

export interface S3StorageOptions {
  /** The server's address; Amazon's own when undefined. */
  endpoint?: string | undefined;
  region: string;
  bucket: string;
  /** Whether `mark` may make the bucket. */
  createBucket: boolean;
  /** Found by the AWS SDK in its usual places when undefined. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
  forcePathStyle: boolean;
  /** Longest time of one call, the SDK's retries included, in milliseconds. */
  timeoutMs: number;
}

/**
 * Objects in an S3 bucket. `writeOnce` is a conditional put (`If-None-Match: *`). Servers that do not know the header ignore
 * or refuse it (501), so the object is looked for first: with those, only two first writers within the same few milliseconds can both
 * believe that they won, and the later one's bytes stay.
 *
 * S3 answers 403 and not 404 for a missing object where the credentials do not allow to list the bucket. Such an answer counts as
 * "missing" where the marker can be read with the same credentials.
 */
export class S3Storage implements ObjectStorage {
  readonly name: string;
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly timeoutMs: number;
  private readonly callInTurn = pLimit(concurrentCalls);
  private readonly createBucket: boolean;
  private readableUntil = 0;

  constructor(options: S3StorageOptions) {
    this.bucket = options.bucket;
    this.createBucket = options.createBucket;
    this.name = `the bucket ${options.bucket} at ${options.endpoint ?? `Amazon S3, ${options.region}`}`;
    this.timeoutMs = options.timeoutMs;
    this.client = new S3Client({
      region: options.region,
      forcePathStyle: options.forcePathStyle,
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
      // Checksums by default are a later addition to the protocol that S3-compatible servers may refuse.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: Math.min(3000, options.timeoutMs), requestTimeout: options.timeoutMs },
    });
  }

  read(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.run(key, signal, (limit) => this.get(key, limit));
  }

  readRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.run(key, signal, (limit) => this.get(key, limit, range));
  }

  async write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.run(key, signal, (limit) => this.put(key, bytes, limit));
  }

  async writeOnce(key: string, bytes: Uint8Array, signal?: AbortSignal, companion?: NewObject): Promise<Uint8Array> {
    const kept = await this.run(key, signal, async (limit) => {
      const there = await this.get(key, limit);
      return there ?? this.putOnce(key, bytes, limit);
    });
    if (companion && Buffer.compare(kept, bytes) === 0) await this.write(companion.key, companion.bytes, signal);
    return kept;
  }

  remove(key: string, signal?: AbortSignal): Promise<void> {
    return this.run(key, signal, async (abortSignal) => {
      await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }), { abortSignal });
    });
  }

  /** Needs the right to list the bucket. */
  async *list(folder: string, signal?: AbortSignal): AsyncGenerator<StoredObject[]> {
    if (folder !== '') assertStorageKey(folder);
    const input = {
      Bucket: this.bucket,
      Prefix: folder === '' ? '' : `${folder}/`,
      Delimiter: '/',
      MaxKeys: pageSize,
    };
    let token: string | undefined;
    do {
      const page = await this.limited(signal, (abortSignal) =>
        this.client.send(new ListObjectsV2Command({ ...input, ...(token && { ContinuationToken: token }) }), {
          abortSignal,
        }),
      );
      token = page.NextContinuationToken;
      const objects = (page.Contents ?? []).flatMap(({ Key: key, LastModified: modifiedAt }) =>
        key && modifiedAt && !key.startsWith('.') ? [{ key, modifiedAt }] : [],
      );
      if (objects.length > 0) yield objects;
    } while (token);
  }

  readMarker(signal?: AbortSignal): Promise<string | undefined> {
    return this.limited(signal, (limit) => this.marker(limit));
  }

  mark(id: string, signal?: AbortSignal): Promise<string> {
    return this.limited(signal, async (limit) => {
      const marker = await this.marker(limit).catch((error: unknown) => {
        // missing, perhaps: writing tells
        if (hasStatus(error, 403) || (this.createBucket && isMissingBucket(error))) return undefined;
        throw error;
      });
      if (marker) return marker;
      const bytes = Buffer.from(id);
      if (marker === '') {
        await this.put(markerKey, bytes, limit);
        return id;
      }
      const kept = await this.putOnce(markerKey, bytes, limit).catch(async (error: unknown) => {
        if (!this.createBucket || !isMissingBucket(error)) throw error;
        await this.makeBucket(limit);
        return this.putOnce(markerKey, bytes, limit);
      });
      return textOf(kept);
    });
  }

  location(): Promise<string> {
    return Promise.resolve(this.name);
  }

  check(signal?: AbortSignal): Promise<void> {
    return this.write('check', Buffer.from('check'), signal);
  }

  private async get(key: string, abortSignal: AbortSignal, range?: ByteRange): Promise<Uint8Array | undefined> {
    try {
      const input = { Bucket: this.bucket, Key: key, ...(range && { Range: `bytes=${range.first}-${range.last}` }) };
      const { Body, ContentRange } = await this.client.send(new GetObjectCommand(input), { abortSignal });
      const bytes = await Body?.transformToByteArray();
      return range && bytes ? cut(bytes, range, ContentRange !== undefined) : bytes;
    } catch (error) {
      // it begins behind the object's end
      if (range && hasStatus(error, 416)) return new Uint8Array(0);
      if (isMissingObject(error)) return undefined;
      if (key !== markerKey && hasStatus(error, 403) && (await this.canRead(abortSignal))) return undefined;
      throw error;
    }
  }

  private async canRead(signal: AbortSignal): Promise<boolean> {
    if (performance.now() < this.readableUntil) return true;
    const isReadable = await this.marker(signal).then(
      (marker) => marker !== undefined,
      () => false,
    );
    if (isReadable) this.readableUntil = performance.now() + readableForMs;
    return isReadable;
  }

  private async marker(signal: AbortSignal): Promise<string | undefined> {
    const found = await this.get(markerKey, signal);
    return found && textOf(found);
  }

  private async put(key: string, bytes: Uint8Array, abortSignal: AbortSignal, ifNoneMatch?: '*'): Promise<void> {
    const condition = ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch };
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: bytes, ...condition }), {
      abortSignal,
    });
  }

  private async putOnce(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    try {
      await this.put(key, bytes, signal, '*');
      return bytes;
    } catch (error) {
      if (hasStatus(error, 412)) return (await this.get(key, signal)) ?? bytes;
      if (!hasStatus(error, 501)) throw error;
      await this.put(key, bytes, signal);
      return bytes;
    }
  }

  private async makeBucket(abortSignal: AbortSignal): Promise<void> {
    await this.client
      .send(new CreateBucketCommand({ Bucket: this.bucket }), { abortSignal })
      .catch((error: unknown) => {
        // Another process was faster.
        if (!hasStatus(error, 409)) throw error;
      });
  }

  private async run<Result>(
    key: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    assertStorageKey(key);
    return this.limited(signal, work);
  }

  private limited<Result>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return withTimeLimit(storageLimit(this.timeoutMs, signal), async (limit) => {
      try {
        return await this.callInTurn(() => {
          limit.throwIfAborted();
          return work(limit);
        });
      } catch (error) {
        throw toStorageError(error, this.name);
      }
    });
  }
}

/** A server may send more than it is asked for: it passes ranges over, or takes one of the first byte for none. */
function cut(bytes: Uint8Array, { first, last }: ByteRange, isPart: boolean): Uint8Array {
  return isPart ? bytes.subarray(0, last - first + 1) : bytes.subarray(first, last + 1);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').trim();
}
