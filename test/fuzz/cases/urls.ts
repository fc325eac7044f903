import type { Dice } from '../dice.js';
import type { Ingredients, MakeCase } from '../fuzz-case.js';
import { pictureAnswer, postUrl } from './request.js';

const schemes = [
  ...Array.from({ length: 8 }, () => 'http://'),
  ...Array.from({ length: 4 }, () => ''),
  'http://',
  'https://',
  '',
  '//',
  'HTTP://',
  'hTTps:\\\\',
  'http:',
  'http:/',
  'http:///',
  'file://',
  'ftp://',
  'data:image/png;base64,',
  'blob:http://',
  'javascript:',
  'gopher://',
  ' http://',
  'ht\ttp://',
];
const users = [...Array.from({ length: 12 }, () => ''), 'user@', 'user:password@', '@', ':@', '127.0.0.1@', '%00@'];

/** Hosts that nobody answers for who should not be bothered: our own, those that are forbidden, and names that there are not. */
function host(dice: Dice, { pictureHost, trapHost }: Ingredients): string {
  const [, port] = pictureHost.split(':');
  const ours = [
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '①②⑦.⓪.⓪.①',
    '127.0.0.1.',
  ];
  const forbidden = [
    '127.0.0.2',
    '127.2',
    '2130706434',
    '0x7f.0.0.2',
    '[::ffff:7f00:2]',
    '[::1]',
    '[64:ff9b::7f00:2]',
    '[2002:7f00:2::1]',
    '10.0.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '[fe80::1]',
    '[fd00:ec2::254]',
  ];
  const nowhere = [
    'picture.invalid',
    'a'.repeat(64) + '.invalid',
    `${'a.'.repeat(130)}invalid`,
    'xn--a.invalid',
    '猫.invalid',
    '-.invalid',
    '..',
    '[',
    ']',
    '%31',
    'invalid',
    '1.invalid',
    '_.invalid',
    'a b.invalid',
    'a\0b.invalid',
  ];
  return dice.weighted<() => string>([
    [3, () => pictureHost],
    [2, () => `${dice.oneOf(ours)}:${port}`],
    [2, () => trapHost],
    [3, () => `${dice.oneOf(forbidden)}:${dice.oneOf([port, '', '0', '99999', '-1', 'x'])}`],
    [2, () => dice.oneOf(nowhere)],
  ])();
}

/** URLs, with a picture behind those that lead to us. */
export const urlCase: MakeCase = (dice, ingredients) => {
  const rest = dice.oneOf([
    '',
    dice.text(dice.oneOf([1, 10, 100])),
    '?'.repeat(dice.whole(1, 5)),
    `#${dice.text(5)}`,
    '/../..//%2e%2e/%2f%00%0d%0a',
    'a'.repeat(dice.oneOf([1_900, 2_100, 10_000])),
  ]);
  const url = `${dice.oneOf(schemes)}${dice.oneOf(users)}${host(dice, ingredients)}/${ingredients.step}/${rest}`;
  return { request: postUrl(url), served: pictureAnswer(dice.oneOf(ingredients.corpus.pictures)) };
};
