import { createHash } from 'node:crypto';
import { scanBomb } from '../../libs/pictures/test/support/hostile-pictures.js';
import { makeCase, kindNames, type Ingredients } from './fuzz-case.js';
import { Dice } from './dice.js';
import { mutateBytes } from './mutate-bytes.js';
import { readCorpus } from './pictures/corpus.js';
import { formatOf } from './pictures/format.js';

function digestOf(...parts: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

describe('the fuzzer’s steps', () => {
  let ingredients: Omit<Ingredients, 'step'>;

  beforeAll(async () => {
    const [corpus, slowPicture] = [await readCorpus(process.cwd()), await scanBomb(10)];
    const hosts = { pictureHost: '127.0.0.1:4321', trapHost: '127.0.0.2:4321' };
    ingredients = { corpus, slowPicture, ...hosts, apiKey: 'a key', operatorToken: 'a token' };
  });

  const makeStep = (seed: number, step: number) => {
    const { kind, request, served } = makeCase(seed, { ...ingredients, step });
    return { kind, size: request.length, digest: digestOf(request, served ?? Buffer.alloc(0)) };
  };
  const steps = (seed: number, count: number) => Array.from({ length: count }, (_, step) => makeStep(seed, step));

  it('are the same for the same seed, whatever was done before them', () => {
    const first = steps(1, 150);
    expect(makeStep(1, 77)).toEqual(first[77]);
    expect(steps(1, 150)).toEqual(first);
  });

  it('are others for another seed', () => {
    const [one, other] = [steps(1, 50), steps(2, 50)];
    expect(one.filter(({ digest }, step) => digest === other[step]!.digest).length).toBeLessThan(5);
  });

  it('are of every kind, and none is too large to be sent', () => {
    const many = steps(3, 600);
    expect(new Set(many.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(kindNames.length - 1);
    expect(Math.max(...many.map(({ size }) => size))).toBeLessThan(6e6);
  });

  it('leave the pictures that they begin with as they were', () => {
    const before = digestOf(...ingredients.corpus.pictures);
    steps(4, 200);
    expect(digestOf(...ingredients.corpus.pictures)).toBe(before);
  });

  it('take a picture apart so that its pieces are the picture', () => {
    for (const picture of ingredients.corpus.pictures) {
      const pieces = formatOf(picture)!.split(picture);
      expect(pieces.length).toBeGreaterThanOrEqual(2);
      expect(digestOf(...pieces)).toBe(digestOf(picture));
    }
  });
});

it('bytes of any number can be mutated', () => {
  for (let step = 0; step < 1_000; step++) {
    const dice = Dice.ofStep(5, step);
    const bytes = dice.bytes(dice.whole(0, 40));
    const before = Buffer.from(bytes);
    mutateBytes(bytes, dice);
    expect(bytes).toEqual(before);
  }
});
