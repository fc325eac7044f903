import { bodyCase } from './cases/bodies.js';
import { formCase } from './cases/forms.js';
import { headerCase } from './cases/headers.js';
import { otherBodyCase, otherPictureCase } from './cases/other-calls.js';
import { pathCase } from './cases/paths.js';
import { pictureByUrl, pictureUpload, slowPictureUpload, unharmedByUrl, unharmedUpload } from './cases/pictures.js';
import { serverCase } from './cases/servers.js';
import { urlCase } from './cases/urls.js';
import { Dice } from './dice.js';
import type { Corpus } from './pictures/corpus.js';

/** What one step sends. */
export interface FuzzCase {
  /** The bytes of the request, as they go over the connection. */
  request: Buffer;
  /** What the picture server says to whoever asks for the step's picture: the bytes of an answer. */
  served?: Buffer;
  /** The picture in it, to be kept where it does something remarkable. */
  picture?: Buffer;
  /** The name of the sample that the picture is: it must be described, and rightly. */
  unharmed?: string;
  /** The one code that it must fail with. */
  failure?: string;
}

/** What cases are made of. */
export interface Ingredients {
  corpus: Corpus;
  /** A picture that takes a decoder minutes. */
  slowPicture: Buffer;
  /** `127.0.0.1:<port>`, where the picture server listens, which workers may reach. */
  pictureHost: string;
  /** The same port of an address that they may not reach. */
  trapHost: string;
  /** Of a client. */
  apiKey: string;
  operatorToken: string;
  step: number;
}

export type MakeCase = (dice: Dice, ingredients: Ingredients) => FuzzCase;

const kinds = {
  'unharmed, uploaded': [10, unharmedUpload],
  'unharmed, by URL': [6, unharmedByUrl],
  'picture, uploaded': [34, pictureUpload],
  'picture, by URL': [14, pictureByUrl],
  'slow picture': [0.05, slowPictureUpload],
  'picture server': [8, serverCase],
  URL: [8, urlCase],
  body: [8, bodyCase],
  form: [6, formCase],
  headers: [6, headerCase],
  path: [6, pathCase],
  'other body': [8, otherBodyCase],
  'other picture': [10, otherPictureCase],
} as const satisfies Record<string, readonly [number, MakeCase]>;

export type Kind = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as Kind[];

/** What a step of a seed sends: always the same, but for the port of the picture server. */
export function makeCase(seed: number, ingredients: Ingredients): FuzzCase & { kind: Kind } {
  const dice = Dice.ofStep(seed, ingredients.step);
  const kind = dice.weighted(kindNames.map((name) => [kinds[name][0], name] as const));
  const make: MakeCase = kinds[kind][1];
  return { kind, ...make(dice, ingredients) };
}
