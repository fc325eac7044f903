import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { processedKey, processingRecordKey, processingResult, type ProcessingResult } from '@ekphrasis/contracts';
import type { ProcessedPicture } from '@ekphrasis/pictures';
import { PROCESSED_STORAGE, type ObjectStorage } from '@ekphrasis/storage';

/**
 * What jobs came to, in storage: first the picture, under a key with the digest of its bytes, and then a record that names it, written
 * once. Of two workers with one job the first one's record stays, and its picture is there.
 */
@Injectable()
export class ProcessingResults {
  constructor(@Inject(PROCESSED_STORAGE) private readonly storage: ObjectStorage) {}

  /** @returns what an earlier try of the job came to, where one did */
  async find(jobId: string, signal: AbortSignal): Promise<ProcessingResult | undefined> {
    const record = await this.storage.read(processingRecordKey(jobId), signal);
    return record && processingResult.decode(record);
  }

  /** @returns what stays: the given result, or that of another worker which was earlier */
  async keep(jobId: string, processed: ProcessedPicture, signal: AbortSignal): Promise<ProcessingResult> {
    const { picture, width, height, format } = processed;
    const key = processedKey(jobId, digestOf(picture), format);
    await this.storage.write(key, picture, signal);
    const result = { processedKey: key, width, height, bytes: picture.byteLength, format };
    const kept = await this.storage.writeOnce(processingRecordKey(jobId), processingResult.encode(result), signal);
    const staying = processingResult.decode(kept);
    if (staying.processedKey !== key) await this.storage.remove(key, signal);
    return staying;
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
