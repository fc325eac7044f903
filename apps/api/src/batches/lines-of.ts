import { isUtf8 } from 'node:buffer';
import { InvalidRequestError } from '@ekphrasis/errors';

/** Of a line, in bytes: more than all fields of an image together may have. */
const longestLine = 64 * 1024;
const lineFeed = 0x0a;

/** A line that is not blank, with its number, counted from 1. */
export interface Line {
  number: number;
  text: string;
}

/**
 * Splits bytes into lines, as they arrive. Blank lines are passed over, and counted.
 * @throws {InvalidRequestError} where a line is too long, or is no UTF-8
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 1;
  let begun: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = begun.length === 0 ? Buffer.from(chunk) : Buffer.concat([begun, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      const line = lineIn(bytes.subarray(from, end), number);
      if (line) yield line;
      number += 1;
      from = end + 1;
    }
    begun = bytes.subarray(from);
    refuseLong(begun, number);
  }
  const last = lineIn(begun, number);
  if (last) yield last;
}

function lineIn(bytes: Buffer, number: number): Line | undefined {
  refuseLong(bytes, number);
  if (!isUtf8(bytes)) throw new InvalidRequestError([`Expected UTF-8 for line ${number} but received other bytes`]);
  const text = bytes.toString('utf8').trim();
  return text === '' ? undefined : { number, text };
}

function refuseLong({ length }: Buffer, number: number): void {
  if (length <= longestLine) return;
  throw new InvalidRequestError([`Expected ${longestLine} bytes at most for line ${number} but received more`]);
}
