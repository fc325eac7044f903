import { Duration, Flag, Text, Url } from '@ekphrasis/configuration';
import { IsOptional } from 'class-validator';

/** Where objects are kept: a directory, or an S3 bucket as soon as `S3_ENDPOINT` or `S3_BUCKET` is set. */
export class StorageSettings {
  /** The directory of the objects, absolute or from the working directory; made by the first API of a new database. Not used with S3. */
  @Text() DATA_DIR = 'data';

  /** Longest time of one storage call in milliseconds, retries included. */
  @Duration() STORAGE_TIMEOUT_MS = 10_000;

  /** The address of an S3-compatible server. Not set: Amazon's own, if `S3_BUCKET` is set. */
  @IsOptional() @Url(['http', 'https']) S3_ENDPOINT?: string;

  /** The region that requests are signed for. */
  @Text() S3_REGION = 'us-east-1';

  /** The bucket. Default `ekphrasis`, if `S3_ENDPOINT` is set. */
  @IsOptional() @Text() S3_BUCKET?: string;

  /** With S3, the bucket of the originals of processing jobs. */
  @Text() S3_UPLOADS_BUCKET = 'uploads';

  /** With S3, the bucket of what they came to. */
  @Text() S3_PROCESSED_BUCKET = 'processed';

  /** Whether the first API of a new database may make the buckets. */
  @Flag() S3_CREATE_BUCKET = false;

  /** With `S3_SECRET_ACCESS_KEY`, the credentials. Not set: the AWS SDK looks in its usual places. */
  @IsOptional() @Text() S3_ACCESS_KEY_ID?: string;

  /** The other half of `S3_ACCESS_KEY_ID`. */
  @IsOptional() @Text() S3_SECRET_ACCESS_KEY?: string;

  /** Whether the bucket is part of the path rather than of the host's name, as most servers but Amazon's need it. */
  @Flag() S3_FORCE_PATH_STYLE = true;
}
