import type { Dice } from '../dice.js';
import type { MakeCase } from '../fuzz-case.js';
import type { Corpus } from '../pictures/corpus.js';
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
  'operations',
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

/** A form: parts of all kinds, in numbers, and torn. @param usual the name that half of the parts have @param contents of fields */
export function makeForm(
  dice: Dice,
  { pictures }: Corpus,
  { usual, contents }: { usual: string; contents: readonly string[] },
): { body: Buffer; type: string | undefined } {
  const part = (): Buffer => {
    const name = dice.oneIn(2) ? usual : dice.oneOf(names);
    const file = dice.oneIn(3) ? '' : `; filename="${dice.oneOf(fileNames)}"`;
    const star = dice.oneIn(8) ? "; filename*=nonsense''%ff%zz" : '';
    const more = dice.oneIn(3) ? `${dice.oneOf(headerLines)}\r\n` : '';
    const head = `${partStart}\r\nContent-Disposition: form-data; name="${name}"${file}${star}\r\n${more}\r\n`;
    const content = dice.oneOf<() => Buffer>([
      () => dice.oneOf(pictures),
      () => dice.bytes(dice.oneOf([0, 1, 100, 10_000])),
      () => Buffer.from(dice.text(100)),
      () => Buffer.from(dice.oneOf(contents)),
    ])();
    return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n')]);
  };
  const count = dice.oneOf([0, 1, 1, 1, 2, 12, 200]);
  const parts = Array.from({ length: count }, part);
  const whole = Buffer.concat([...parts, Buffer.from(dice.oneIn(6) ? '' : `${partStart}--\r\n`)]).subarray(0, 5e6);
  const body = dice.oneIn(2) ? mutateBytes(whole, dice) : whole;
  return { body, type: dice.oneIn(5) ? dice.oneOf(types) : undefined };
}

const captionOptions = ['3', '9', '-1', '{}', '{"beams":3}', '{"beams":"3"}', '[', '\0', 'null'];

export const formCase: MakeCase = (dice, { corpus }) => {
  const { body, type } = makeForm(dice, corpus, { usual: 'image', contents: captionOptions });
  return { request: postForm(body, type) };
};
