import { deflateSync } from 'node:zlib';
import { withoutTexts } from './png-texts.js';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A chunk with a checksum that nobody here looks at. */
function chunk(type: string, content = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, Buffer.from(type, 'latin1'), content, Buffer.alloc(4)]);
}

function profile(packed: Buffer): Buffer {
  return chunk('iCCP', Buffer.concat([Buffer.from('name\0\0'), packed]));
}

const header = chunk('IHDR', Buffer.alloc(13));
const rest = [chunk('IDAT', Buffer.from('pixels')), chunk('IEND')];
const sound = profile(deflateSync(Buffer.from('a profile')));
const bomb = profile(deflateSync(Buffer.alloc(16 * 1024 ** 2)));

describe('a PNG without its texts', () => {
  const png = (...chunks: Buffer[]): Buffer => Buffer.concat([signature, header, ...chunks, ...rest]);

  it('has all its other chunks, in their order', () => {
    const texts = ['tEXt', 'zTXt', 'iTXt'].map((type) => chunk(type, Buffer.from('words')));
    expect(withoutTexts(png(texts[0]!, chunk('gAMA'), ...texts), 'dropped')).toEqual(png(chunk('gAMA')));
  });

  it('has its colour profile where that is wanted', () => {
    expect(withoutTexts(png(sound), 'kept')).toEqual(png(sound));
    expect(withoutTexts(png(sound), 'dropped')).toEqual(png());
  });

  it.each([
    ['unpacks to no end', bomb],
    ['is packed by nothing known', profile(Buffer.from('no deflate'))],
    ['is empty', chunk('iCCP')],
  ])('has no colour profile that %s', (_, odd) => expect(withoutTexts(png(odd), 'kept')).toEqual(png()));

  it('is left as it is where a chunk is longer than the file', () => {
    const cut = png(sound).subarray(0, signature.length + header.length + 20);
    expect(withoutTexts(cut, 'kept').length).toBeLessThanOrEqual(cut.length);
  });
});
