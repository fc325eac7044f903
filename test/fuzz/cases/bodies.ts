import type { Dice } from '../dice.js';
import type { MakeCase } from '../fuzz-case.js';
import { mutateBytes } from '../mutate-bytes.js';
import { postJson, request } from './request.js';

// a name that there will never be: nobody is bothered by what is made of it
const url = 'http://picture.invalid/cat.png';
const keys = [
  'image_url',
  'image_url',
  'tag',
  'options',
  'prompt',
  'beams',
  'captions',
  'max_length',
  'Image_Url',
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
  '\0',
  'image_url\0',
];
const optionNames = ['prompt', 'beams', 'captions', 'max_length'] as const;
const literals = [
  ...[
    'null',
    'true',
    '0',
    '-0',
    '-1',
    '1e999',
    '1E400',
    '0x10',
    '9007199254740993',
    '99999999999999999999',
    'NaN',
    'undefined',
  ],
  ...[
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\',
    '[',
    '{',
    '[]',
    '{}',
    '[[[[]]]]',
    "'a'",
    '"a" "b"',
    '//',
    '/**/1',
  ],
];
export const bodyTypes = [
  'application/json',
  'application/json; charset=utf-16',
  'APPLICATION/JSON',
  'application/problem+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'text/html',
  'application/octet-stream',
  '*/*',
];

/** A value of JSON, and what is none. */
export function jsonValue(dice: Dice, depth = 0): string {
  if (dice.oneIn(3)) return JSON.stringify(dice.text(dice.oneOf([0, 1, 8, 100, 3_000])));
  if (depth > 4 || dice.oneIn(2)) return dice.oneOf([JSON.stringify(url), ...literals]);
  const members = Array.from({ length: dice.whole(0, 4) }, () => jsonValue(dice, depth + 1));
  if (dice.oneIn(2)) return `[${members.join(',')}]`;
  return `{${members.map((member) => `${JSON.stringify(dice.oneOf(keys))}:${member}`).join(',')}}`;
}

/** JSON, and what is nearly JSON. */
export const bodyCase: MakeCase = (dice) => {
  const options = { prompt: 'a picture of', beams: 3, captions: 2, max_length: 30 };
  const valid = JSON.stringify({ image_url: url, ...(dice.oneIn(2) && { tag: 'a tag', options }) });
  const body = dice.oneOf<() => string | Buffer>([
    () => `{"image_url":${jsonValue(dice)}}`,
    () => `{"image_url":${JSON.stringify(url)},"tag":${jsonValue(dice)},"options":${jsonValue(dice)}}`,
    () => `{"image_url":${JSON.stringify(url)},"options":{"${dice.oneOf(optionNames)}":${jsonValue(dice)}}}`,
    () => jsonValue(dice),
    () => `{"image_url":${jsonValue(dice)},"image_url":${jsonValue(dice)}}`,
    () => mutateBytes(Buffer.from(valid), dice),
    () => mutateBytes(mutateBytes(Buffer.from(valid), dice), dice),
    () => dice.oneOf(['[', '{"a":']).repeat(dice.oneOf([10, 1_000, 10_000])),
    () => `{"image_url":"${'a'.repeat(dice.oneOf([2_047, 2_048, 2_049, 60_000, 65_536, 1_000_000]))}"}`,
    () => dice.bytes(dice.oneOf([0, 1, 100, 10_000])),
  ])();
  if (dice.oneIn(4))
    return { request: request('POST /images HTTP/1.1', [`content-type: ${dice.oneOf(bodyTypes)}`], body) };
  return { request: postJson(body) };
};
