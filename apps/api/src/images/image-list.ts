import { Readable } from 'node:stream';

const idsPerChunk = 8_192;

/** `{"image_ids":[…]}` piece by piece, so that a million ids need no second copy in memory. */
export function* imageListJson(ids: Iterable<number>): Generator<string> {
  let chunk = '{"image_ids":[';
  let inChunk = 0;
  let isFirst = true;
  for (const id of ids) {
    chunk += isFirst ? id : `,${id}`;
    isFirst = false;
    inChunk += 1;
    if (inChunk < idsPerChunk) continue;
    yield chunk;
    chunk = '';
    inChunk = 0;
  }
  yield `${chunk}]}`;
}

export function imageListStream(ids: Iterable<number>): Readable {
  return Readable.from(imageListJson(ids), { objectMode: false });
}
