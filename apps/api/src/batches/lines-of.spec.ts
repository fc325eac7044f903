import { linesOf } from './lines-of.js';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

const read = async (bytes: Buffer, size: number) => {
  const lines = [];
  for await (const line of linesOf(inPieces(bytes, size))) lines.push(line);
  return lines;
};

it.each([1, 2, 3, 5, 1_000])(
  'splits what comes in pieces of %d bytes, blank lines counted and left out',
  async (size) => {
    const bytes = Buffer.from('{"a":"ä🐈"}\r\n\n  \n{"b":2}\n{"c":3}');
    expect(await read(bytes, size)).toEqual([
      { number: 1, text: '{"a":"ä🐈"}' },
      { number: 4, text: '{"b":2}' },
      { number: 5, text: '{"c":3}' },
    ]);
  },
);

it('has no lines of nothing', async () => expect(await read(Buffer.alloc(0), 1)).toEqual([]));

it('names the line that is no UTF-8', async () => {
  await expect(read(Buffer.from([0x31, 0x0a, 0xff, 0x0a]), 2)).rejects.toThrow('UTF-8 for line 2');
});

it.each([100, 100_000])('names the line that does not end, in pieces of %d', async (size) => {
  const bytes = Buffer.concat([Buffer.from('{}\n'), Buffer.alloc(200_000, 'x')]);
  await expect(read(bytes, size)).rejects.toThrow('65536 bytes at most for line 2');
});
