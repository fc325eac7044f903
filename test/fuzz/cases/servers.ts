import { gzipSync } from 'node:zlib';
import type { MakeCase } from '../fuzz-case.js';
import { mutateBytes } from '../mutate-bytes.js';
import { pictureAnswer, postUrl } from './request.js';

const packedZeros = gzipSync(Buffer.alloc(30e6), { level: 1 });

/** Picture servers that answer with every status, to everywhere, at any length, or with no HTTP at all. */
export const serverCase: MakeCase = (dice, { corpus, pictureHost, trapHost, step }) => {
  const picture = dice.oneOf(corpus.pictures);
  const own = `http://${pictureHost}/${step}/`;
  const locations = [
    own,
    './',
    '//',
    '',
    '/',
    '?',
    `http://${trapHost}/`,
    `//${trapHost}/`,
    `https://${trapHost}/`,
    `\\\\${trapHost}\\`,
    'http://[::1]/',
    'http://169.254.169.254/',
    'file:///etc/passwd',
    'data:,a',
    'http://picture.invalid/',
    'http://[',
    `http://u:p@${pictureHost}/`,
    'a'.repeat(10_000),
  ];
  const status = dice.oneOf([
    200, 200, 200, 204, 206, 301, 302, 303, 307, 308, 300, 304, 401, 404, 408, 429, 500, 503, 100, 101, 103, 600, 999,
    0,
  ]);
  const lines = Array.from({ length: dice.whole(0, 3) }, () =>
    dice.oneOf([
      `location: ${dice.oneOf(locations)}`,
      `location: ${dice.oneOf(locations)}`,
      `content-length: ${dice.oneOf([0, 1, picture.length, picture.length + 10, 1e12, -1, '1e3', 'x'])}`,
      `transfer-encoding: ${dice.oneOf(['chunked', 'gzip', 'chunked, chunked'])}`,
      `content-encoding: ${dice.oneOf(['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip', 'identity', ''])}`,
      `x: ${'y'.repeat(dice.oneOf([10, 16_000, 100_000]))}`,
      dice.text(20).replace(/[\r\n]/g, ''),
    ]),
  );
  const body = dice.oneOf<() => Buffer>([
    () => picture,
    () => gzipSync(picture),
    () => packedZeros,
    () => Buffer.from(`${picture.length.toString(16)}\r\n${picture.toString('latin1')}\r\n0\r\n\r\n`, 'latin1'),
    () => Buffer.alloc(0),
    () => mutateBytes(picture, dice),
  ])();
  const head = Buffer.from(
    [`HTTP/1.1 ${status} ${dice.text(3).replace(/[\r\n]/g, '')}`, ...lines, 'connection: close', '', ''].join('\r\n'),
    'latin1',
  );
  const made = Buffer.concat([head, body]);
  const served = dice.weighted<() => Buffer>([
    [4, () => made],
    [2, () => mutateBytes(made, dice)],
    [1, () => mutateBytes(pictureAnswer(picture), dice)],
    [1, () => dice.bytes(dice.oneOf([0, 10, 1_000]))],
  ])();
  return { request: postUrl(own), served };
};
