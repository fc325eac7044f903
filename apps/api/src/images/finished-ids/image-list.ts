import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

const begin = Buffer.from('{"image_ids":[');
const end = Buffer.from(']}');

/**
 * `{"image_ids":[…]}` in pieces. Others have their turn between two of them: however long a list is and however many are read,
 * nobody else waits for longer than a piece of each takes.
 * @param pieces ids, each behind a comma
 */
export function imageListStream(pieces: Iterable<Buffer>): Readable {
  return Readable.from(imageListJson(pieces), { objectMode: false });
}

async function* imageListJson(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  let ready: Buffer | undefined;
  for (const piece of pieces) {
    if (ready) {
      yield ready;
      await turn();
    }
    ready = ready ? piece : Buffer.concat([begin, piece.subarray(1)]);
  }
  yield Buffer.concat([ready ?? begin, end]);
}
