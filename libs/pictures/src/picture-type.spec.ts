import { pictureTypeOf } from './picture-type.js';

const signatures: [string, string | undefined][] = [
  ['\xff\xd8\xff\xe0\x00\x10JFIF', 'jpeg'],
  ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'png'],
  ['RIFF\x24\0\0\0WEBPVP8 ', 'webp'],
  ['GIF89a\x01\0\x01\0', 'gif'],
  ['\0\0\0\x20ftypavif\0\0\0\0', 'avif'],
  ['\0\0\0\x1cftypmif1\0\0\0\0mif1miafavif', 'avif'],
  ['\0\0\0\x1cftypmsf1\0\0\0\0msf1miafavis', 'avif'],
  ['\0\0\0\x18ftypmif1\0\0\0\0mif1heic', undefined],
  ['\0\0\0\x14ftypmif1\0\0\0\0mif1avif', undefined],
  ['II*\0\x08\0\0\0', 'tiff'],
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', undefined],
  ['%PDF-1.7', undefined],
  ['<html>', undefined],
  ['', undefined],
  ['\xff\xd8', undefined],
];

it.each(signatures)('reads %j as %s', (text, type) => {
  expect(pictureTypeOf(Buffer.from(text, 'latin1'))).toBe(type);
});
