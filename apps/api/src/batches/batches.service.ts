import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '@ekphrasis/errors';
import { ImageIntake, readImageRequest, ServiceOverloadedError, type SubmittedImage } from '@ekphrasis/images';
import { describe } from '@ekphrasis/validation';
import { BatchSpool } from './batch-spool.js';
import { BatchTooLargeError } from './batches.errors.js';
import { linesOf } from './lines-of.js';

/** Images of one transaction, and of one JSON body at most. */
export const mostTogether = 1_000;
/** Of a request by lines. Files of so many bytes lie on the disk of the process at once, at most times `mostAtOnce`. */
const mostBytes = 1024 ** 3;
const mostAtOnce = 4;

/** Accepts many images with one request: all of it is looked at before the first is queued. */
@Injectable()
export class Batches {
  private running = 0;

  constructor(private readonly intake: ImageIntake) {}

  /** @throws {InvalidRequestError} naming the place of what is wrong; nothing is queued then */
  async submit(body: unknown, clientId?: string): Promise<number[]> {
    return this.queue(imagesIn(body), clientId);
  }

  /**
   * @param chunks JSON lines, one image each
   * @returns ids in the order of the lines, a thousand at most each
   * @throws {InvalidRequestError} naming the line that is wrong, {@link BatchTooLargeError}, {@link ServiceOverloadedError}: nothing
   *   is queued then. {@link DatabaseUnavailableError}: the thousands before those that met it may be queued
   */
  async submitLines(chunks: AsyncIterable<Uint8Array>, clientId?: string): Promise<number[][]> {
    if (this.running >= mostAtOnce) throw new ServiceOverloadedError();
    this.running += 1;
    try {
      return await this.submitSpooled(chunks, clientId);
    } finally {
      this.running -= 1;
    }
  }

  private async submitSpooled(chunks: AsyncIterable<Uint8Array>, clientId: string | undefined): Promise<number[][]> {
    const spool = await BatchSpool.open();
    try {
      await collect(chunks, spool);
      const ids: number[][] = [];
      for await (const lines of spool.groups(mostTogether)) ids.push(await this.queue(lines.map(kept), clientId));
      return ids;
    } finally {
      await spool.close();
    }
  }

  private queue(images: SubmittedImage[], clientId: string | undefined): Promise<number[]> {
    return this.intake.submitTogether(
      images.map(({ image_url: url, tag, options }) => ({ url, tag, options, clientId })),
    );
  }
}

function imagesIn(body: unknown): SubmittedImage[] {
  const images: unknown = (body as { images?: unknown } | null | undefined)?.images;
  if (!Array.isArray(images)) {
    throw new InvalidRequestError([`Expected an array for images but received ${describe(images)}`]);
  }
  if (images.length < 1 || images.length > mostTogether) {
    throw new InvalidRequestError([`Expected 1 to ${mostTogether} images but received ${images.length}`]);
  }
  return images.map((image, index) => readImageRequest(image, `images[${index}].`));
}

/** A line as it was kept. */
function kept(line: string): SubmittedImage {
  return JSON.parse(line) as SubmittedImage;
}

async function collect(chunks: AsyncIterable<Uint8Array>, spool: BatchSpool): Promise<void> {
  let count = 0;
  for await (const { number, text } of linesOf(limited(chunks))) {
    await spool.add(JSON.stringify(readImageRequest(parsed(text, number), `line ${number}: `)));
    count += 1;
  }
  if (count === 0) throw new InvalidRequestError(['Expected one image or more, one a line, but received none']);
}

async function* limited(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new BatchTooLargeError(mostBytes);
    yield chunk;
  }
}

function parsed(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidRequestError([`Expected JSON for line ${number} but received ${describe(text)}`]);
  }
}
