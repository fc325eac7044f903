import type { Dice } from '../dice.js';
import type { Ingredients, MakeCase } from '../fuzz-case.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutatePicture } from '../pictures/mutate-picture.js';
import { bodyTypes, jsonValue } from './bodies.js';
import { makeForm } from './forms.js';
import { formType, request } from './request.js';

// a name that there will never be: nobody is bothered by what is made of it
const url = 'http://picture.invalid/cat.png';

/** What a call takes as JSON. */
interface Call {
  path: string;
  isOperators: boolean;
  valid: Record<string, unknown>;
}

const item = { image_url: url, tag: 'a tag', options: { beams: 2, captions: 2 } };
const calls: readonly Call[] = [
  {
    path: '/webhooks',
    isOperators: false,
    valid: { url, events: ['red.exceeded', 'image.described'], threshold: 0.3, enabled: true },
  },
  { path: '/clients', isOperators: true, valid: { name: 'a client' } },
  { path: '/images/batch', isOperators: false, valid: { images: [item, item] } },
];
const operations = ['resize', 'watermark,filter', ' resize , filter', 'resize,resize', '', ',', 'rotate', '__proto__'];
const processingOptions = [
  '{"resize":{"width":20,"height":10,"fit":"cover","enlarge":true}}',
  '{"resize":{"width":0}}',
  '{"resize":{"width":1e9,"enlarge":true}}',
  '{"watermark":{"text":"\\u0000","opacity":2}}',
  '{"watermark":{"position":"top","text":""}}',
  '{"filter":{"name":"nothing"}}',
  '{"__proto__":{}}',
  '[]',
  'null',
  '{',
];

function authorization(dice: Dice, key: string): string[] {
  if (dice.oneIn(12)) return [];
  return [
    `authorization: ${dice.oneIn(12) ? dice.oneOf(['Bearer', 'Bearer ', 'Basic YTpi', `bearer ${key}`, key]) : `Bearer ${key}`}`,
  ];
}

function bodyOf(dice: Dice, { valid }: Call): string | Buffer {
  const names = Object.keys(valid);
  return dice.oneOf<() => string | Buffer>([
    () => JSON.stringify(valid),
    () => JSON.stringify({ ...valid, [dice.oneOf(names)]: '?' }).replace('"?"', () => jsonValue(dice)),
    () => `{"images":[${Array.from({ length: dice.oneOf([0, 1, 20, 1_001]) }, () => jsonValue(dice, 4)).join(',')}]}`,
    () => jsonValue(dice),
    () => mutateBytes(Buffer.from(JSON.stringify(valid)), dice),
    () => dice.oneOf(['[', '{"a":', '{"images":[']).repeat(dice.oneOf([10, 1_000, 10_000])),
  ])();
}

/** One image a line, and what is no line. */
function lines(dice: Dice): string | Buffer {
  const line = (): string => (dice.oneIn(3) ? jsonValue(dice, 3) : JSON.stringify(item));
  const text = Array.from({ length: dice.oneOf([0, 1, 5, 200]) }, line).join(dice.oneOf(['\n', '\r\n', '\n\n', ' ']));
  return dice.oneIn(3) ? mutateBytes(Buffer.from(text), dice) : text;
}

/** Bodies of calls other than that for one picture: clients, their webhooks, batches. */
export const otherBodyCase: MakeCase = (dice, { apiKey, operatorToken }) => {
  const call = dice.oneOf(calls);
  const isLines = call.path === '/images/batch' && dice.oneIn(2);
  const type = isLines ? 'application/x-ndjson' : dice.oneIn(8) ? dice.oneOf(bodyTypes) : 'application/json';
  const headers = [`content-type: ${type}`, ...authorization(dice, call.isOperators ? operatorToken : apiKey)];
  return { request: request(`POST ${call.path} HTTP/1.1`, headers, isLines ? lines(dice) : bodyOf(dice, call)) };
};

/** Pictures that are to be processed or measured, in forms of all kinds, and as bodies. */
export const otherPictureCase: MakeCase = (dice, ingredients) => {
  const { corpus, apiKey } = ingredients;
  const key = authorization(dice, apiKey);
  if (dice.oneIn(2)) return measuredPicture(dice, ingredients, key);
  const path = dice.oneOf(['/upload', '/red']);
  const contents = [...operations, ...processingOptions];
  const { body, type = formType } = makeForm(dice, corpus, { usual: 'file', contents });
  return { request: request(`POST ${path} HTTP/1.1`, [`content-type: ${type}`, ...key], body) };
};

function measuredPicture(dice: Dice, { corpus }: Ingredients, key: string[]): ReturnType<MakeCase> {
  const picture = mutatePicture(dice, corpus);
  const type = dice.oneOf(['image/png', 'image/jpeg', 'application/octet-stream', 'image/svg+xml', 'image/']);
  return { request: request('POST /red HTTP/1.1', [`content-type: ${type}`, ...key], picture), picture };
}
