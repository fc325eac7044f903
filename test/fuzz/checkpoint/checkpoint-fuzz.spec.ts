import { repository } from '../../support/setup-scripts.js';
import { Dice } from '../dice.js';
import { fuzzFiles } from './fuzz-thread.js';
import { kinds, makeFile } from './make-file.js';
import { readSeeds } from './seeds.js';

it('two thousand wrong files of weights are refused in one line each, or read', async () => {
  const { counts, findings } = await fuzzFiles({ repository, seed: 1, first: 0, count: 2000 });
  expect(findings.filter((finding) => !/took \d+ (ms|bytes)/.test(finding))).toEqual([]);
  const outcomes = new Set(Object.keys(counts).map((key) => key.split(' ')[1]));
  expect([...outcomes].sort()).toEqual([
    'bad-checkpoint',
    'bad-pytorch-file',
    'bad-safetensors',
    'taken',
    'unsafe-pytorch-file',
  ]);
  expect(new Set(Object.keys(counts).map((key) => key.split(' ')[0]))).toEqual(new Set(Object.keys(kinds)));
});

it('the files are the same for the same seed and step', async () => {
  const seeds = await readSeeds(repository);
  const file = (seed: number, step: number) => makeFile(seeds, Dice.ofStep(seed, step)).bytes.toString('base64');
  expect(file(3, 7)).toBe(file(3, 7));
  expect(file(3, 7)).not.toBe(file(4, 7));
});
