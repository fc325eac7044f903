import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ConcurrencyLimit } from './concurrency-limit.js';
import type { ObjectStorage } from './object-storage.js';
import { hasStatus, isMissingObject, toStorageError } from './s3.errors.js';
import { assertStorageKey } from './storage-key.js';
import { withTimeLimit } from './time-limit.js';

// Below the SDK's fifty sockets, beyond which it queues and warns.
const CONCURRENT_CALLS = 48;

export interface S3StorageOptions {
  /** The server's address; Amazon's own when undefined. */
  endpoint?: string | undefined;
  region: string;
  /** Created when it is missing. */
  bucket: string;
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
 */
export class S3Storage implements ObjectStorage {
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly timeoutMs: number;
  private readonly calls = new ConcurrencyLimit(CONCURRENT_CALLS);
  private bucketReady: Promise<void> | undefined;

  constructor(options: S3StorageOptions) {
    this.bucket = options.bucket;
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

  async write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.run(key, signal, (limit) => this.put(key, bytes, limit));
  }

  writeOnce(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    return this.run(key, signal, async (limit) => {
      const there = await this.get(key, limit);
      if (there) return there;
      try {
        await this.put(key, bytes, limit, '*');
        return bytes;
      } catch (error) {
        if (hasStatus(error, 412)) return (await this.get(key, limit)) ?? bytes;
        if (!hasStatus(error, 501)) throw error;
        await this.put(key, bytes, limit);
        return bytes;
      }
    });
  }

  remove(key: string, signal?: AbortSignal): Promise<void> {
    return this.run(key, signal, async (abortSignal) => {
      await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }), { abortSignal });
    });
  }

  check(signal?: AbortSignal): Promise<void> {
    return this.write('check', Buffer.from('check'), signal);
  }

  private async get(key: string, abortSignal: AbortSignal): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }), { abortSignal });
      return await Body?.transformToByteArray();
    } catch (error) {
      if (isMissingObject(error)) return undefined;
      throw error;
    }
  }

  private async put(key: string, bytes: Uint8Array, abortSignal: AbortSignal, ifNoneMatch?: '*'): Promise<void> {
    const condition = ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch };
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: bytes, ...condition }), {
      abortSignal,
    });
  }

  private async run<Result>(
    key: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    assertStorageKey(key);
    return withTimeLimit(this.timeoutMs, signal, async (limit) => {
      try {
        return await this.calls.run(async () => {
          limit.throwIfAborted();
          await this.ensureBucket();
          return work(limit);
        });
      } catch (error) {
        // Whatever failed, the bucket may be gone: the next call looks again.
        this.bucketReady = undefined;
        throw toStorageError(error);
      }
    });
  }

  private ensureBucket(): Promise<void> {
    return (this.bucketReady ??= this.createBucket());
  }

  private async createBucket(): Promise<void> {
    const input = { Bucket: this.bucket };
    const abortSignal = AbortSignal.timeout(this.timeoutMs);
    try {
      await this.client.send(new HeadBucketCommand(input), { abortSignal });
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
      await this.client.send(new CreateBucketCommand(input), { abortSignal }).catch((problem: unknown) => {
        // Another process was faster.
        if (!hasStatus(problem, 409)) throw problem;
      });
    }
  }
}
