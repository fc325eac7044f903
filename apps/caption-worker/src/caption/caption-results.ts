import { Inject, Injectable } from '@nestjs/common';
import {
  captionResult,
  descriptionKey,
  resultKey,
  type CaptionRequested,
  type CaptionResult,
} from '@ekphrasis/contracts';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';

/**
 * What jobs came to, in storage: a record under a key with the job's nonce, written once, which only that job finds, and
 * `{image_id}.txt` with the caption alone, written from the record each time. Of two workers with one job the first one's words
 * stay. Another job with the same image id, from a lost life of the database, has another record; where it writes the file
 * last, its report tells the API, which sends the right job again.
 *
 * A job without a nonce, of an earlier version, has the file alone, written once.
 */
@Injectable()
export class CaptionResults {
  constructor(@Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage) {}

  /** @returns what an earlier try of the job came to, where one did; the file says the same then */
  async find({ imageId, nonce }: CaptionRequested, signal: AbortSignal): Promise<CaptionResult | undefined> {
    const key = nonce === undefined ? descriptionKey(imageId) : resultKey({ imageId, nonce });
    const found = await this.storage.read(key, signal);
    if (!found) return undefined;
    return nonce === undefined ? { description: textOf(found) } : this.show(imageId, found, signal);
  }

  /** @returns what stays: the given result, or that of another worker which was earlier */
  async keep({ imageId, nonce }: CaptionRequested, result: CaptionResult, signal: AbortSignal): Promise<CaptionResult> {
    const text = Buffer.from(result.description, 'utf8');
    if (nonce === undefined) {
      const kept = textOf(await this.storage.writeOnce(descriptionKey(imageId), text, signal));
      return kept === result.description ? result : { description: kept };
    }
    const record = captionResult.encode(result);
    const file = { key: descriptionKey(imageId), bytes: text };
    const kept = await this.storage.writeOnce(resultKey({ imageId, nonce }), record, signal, file);
    return record.equals(kept) ? result : this.show(imageId, kept, signal);
  }

  /** Has the file say what the record says. */
  private async show(imageId: number, record: Uint8Array, signal: AbortSignal): Promise<CaptionResult> {
    const result = captionResult.decode(record);
    await this.storage.write(descriptionKey(imageId), Buffer.from(result.description, 'utf8'), signal);
    return result;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
