/* Real here: compiled bundles whose weights are damaged, and the captioner that runs them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCaptionModel, proveModel, type BlipCaptionModel, type CaptionOptions } from '../src/index.js';
import { pngPicture } from '../../pictures/test/support/pictures.js';
import { compileTinyBundle } from './support/tiny-bundle.js';

let directory: string;
let bundle: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-broken-'));
  bundle = await compileTinyBundle(directory);
});
afterAll(() => rm(directory, { recursive: true }));

async function withDamaged(file: string, use: (model: BlipCaptionModel) => Promise<void>): Promise<void> {
  const sound = await readFile(join(bundle, file));
  // four bytes of ones are no number in float32; the size stays
  await writeFile(join(bundle, file), Buffer.from(sound).fill(0xff, 0, sound.length / 2));
  try {
    const model = await loadCaptionModel(bundle, { lanes: 1 });
    await use(model).finally(() => model.close());
  } finally {
    await writeFile(join(bundle, file), sound);
  }
}

const searches: [string, CaptionOptions][] = [
  ['a greedy search', {}],
  ['a beam search', { numBeams: 3, captions: 2 }],
];

describe.each(['vision.weights', 'decoder.weights'])('with a damaged %s', (file) => {
  it.each(searches)('%s ends in an error that is not the picture’s', async (_, options) => {
    await withDamaged(file, async (model) => {
      const [outcome] = await model.caption([await pngPicture(1)], options);
      expect(outcome).toMatchObject({ error: { code: 'model-broken', retryable: true, attemptCounts: false } });
    });
  });

  it('the known picture proves it', async () => {
    await withDamaged(file, (model) => expect(proveModel(model)).rejects.toMatchObject({ code: 'model-broken' }));
  });
});

it('a sound model passes the proof', async () => {
  const model = await loadCaptionModel(bundle, { lanes: 1 });
  await proveModel(model).finally(() => model.close());
});
