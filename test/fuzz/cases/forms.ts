import type { MakeCase } from '../fuzz-case.js';
import { mutateBytes } from '../mutate-bytes.js';
import { partStart, postForm } from './request.js';

const names = [
  'image',
  'file',
  'tag',
  'options',
  'prompt',
  'beams',
  'captions',
  'max_length',
  '',
  '__proto__',
  'constructor',
  'a'.repeat(10_000),
  '"',
  'image"; filename="b',
  '\0',
  '猫',
];
const fileNames = [
  'a.png',
  '../../../etc/passwd',
  '/etc/passwd',
  'C:\\a.png',
  'a\0.png',
  '',
  '.',
  'CON',
  'a'.repeat(5_000),
  '%00',
  '猫.png',
];
const types = [
  ...[
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=a',
    'multipart/mixed; boundary=a',
  ],
  ...[
    'multipart/form-data; boundary="--------------fuzz',
    `multipart/form-data; boundary=${'b'.repeat(300)}`,
    'multipart/form-data; boundary=\t;;;',
  ],
];
const headerLines = [
  'Content-Type: multipart/mixed; boundary=B',
  'Content-Type: application/json',
  'Content-Transfer-Encoding: base64',
  'Content-Type:',
  'nonsense',
  `X: ${'y'.repeat(20_000)}`,
  'Content-Disposition: form-data',
  'Content-Length: -1',
];

/** Forms: parts of all kinds, in numbers, and torn. */
export const formCase: MakeCase = (dice, { corpus }) => {
  const part = (): Buffer => {
    const name = dice.oneIn(2) ? 'image' : dice.oneOf(names);
    const file = dice.oneIn(3) ? '' : `; filename="${dice.oneOf(fileNames)}"`;
    const star = dice.oneIn(8) ? "; filename*=nonsense''%ff%zz" : '';
    const more = dice.oneIn(3) ? `${dice.oneOf(headerLines)}\r\n` : '';
    const head = `${partStart}\r\nContent-Disposition: form-data; name="${name}"${file}${star}\r\n${more}\r\n`;
    const content = dice.oneOf<() => Buffer>([
      () => dice.oneOf(corpus.pictures),
      () => dice.bytes(dice.oneOf([0, 1, 100, 10_000])),
      () => Buffer.from(dice.text(100)),
      () => Buffer.from(dice.oneOf(['3', '9', '-1', '{}', '{"beams":3}', '{"beams":"3"}', '[', '\0', 'null'])),
    ])();
    return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n')]);
  };
  const count = dice.oneOf([0, 1, 1, 1, 2, 12, 200]);
  const parts = Array.from({ length: count }, part);
  const whole = Buffer.concat([...parts, Buffer.from(dice.oneIn(6) ? '' : `${partStart}--\r\n`)]).subarray(0, 5e6);
  const body = dice.oneIn(2) ? mutateBytes(whole, dice) : whole;
  return { request: dice.oneIn(5) ? postForm(body, dice.oneOf(types)) : postForm(body) };
};
