/* Real here: the small model's trained weights, made into a checkpoint with outliers; the compiler, ONNX Runtime, `verify`. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checkpoint } from '../src/checkpoint/checkpoint.js';
import { verifyCommand } from '../src/cli/verify-command.js';
import { compileCheckpoint } from '../src/compiler/compile-checkpoint.js';
import { readPictures } from '../src/verification/read-pictures.js';
import { verifyAgainst, type Verification } from '../src/verification/verify-against.js';
import type { BundleManifest } from '../src/index.js';
import { addsInt8Exactly } from './support/int8-arithmetic.js';
import { writeOutlierCheckpoint } from './support/outlier-checkpoint.js';

jest.setTimeout(300_000);

const repository = join(__dirname, '..', '..', '..');
const samples = join(repository, 'samples');
const trained = join(repository, 'models/small/checkpoint');
/** So large that no product is beyond it: int8 without the rule. */
const noBound = 1000;

let directory: string;
let pictures: Uint8Array[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-outliers-'));
  const checkpoint = await Checkpoint.open(trained);
  await checkpoint.close();
  pictures = (await readPictures(samples, checkpoint.picture.size)).slice(0, 6);
});

afterAll(() => rm(directory, { recursive: true }));

async function compileInt8(checkpoint: string, name: string, productErrorBound?: number): Promise<BundleManifest> {
  return compileCheckpoint(checkpoint, join(directory, name), { precision: 'int8', productErrorBound });
}

async function verify(name: string, against: string): Promise<Verification> {
  const found = await verifyAgainst(join(directory, name), against, pictures);
  const { ids, captions, agreement, stated } = found;
  console.info(
    `${name}: states ${found.statesError.toFixed(3)}, ids ${ids.equal}/${ids.of}, captions ${captions.equal}/${captions.of}, ` +
      `next words ${agreement.measured.toFixed(3)} (stated ${stated!.toFixed(3)})`,
  );
  return found;
}

it('leaves a model without outliers in int8, and holds it to the agreement that its manifest states', async () => {
  const { int8 } = await compileInt8(trained, 'without-outliers');
  const { bound, smoothed, keptInFp32 } = int8!;
  expect(bound).toBe(0.03);
  // where sums saturate, the products that this harms are found as well
  for (const { error } of [...smoothed, ...keptInFp32]) expect(error).toBeGreaterThan(bound);
  if (addsInt8Exactly()) expect([...smoothed, ...keptInFp32]).toEqual([]);
  expect(int8!.agreement.stated).toBeGreaterThan(0.8);
  const found = await verify('without-outliers', trained);
  expect(found.isAsStated).toBe(true);
  expect(found.captions.equal).toBeGreaterThanOrEqual(pictures.length - 1);
});

describe('a checkpoint of which a few channels are 20 to 100 times the others', () => {
  let outliers: string;
  let exact: string;

  beforeAll(async () => {
    outliers = join(directory, 'outliers');
    exact = join(directory, 'exact');
    await writeOutlierCheckpoint(trained, outliers);
    await compileCheckpoint(outliers, exact, { precision: 'fp32' });
  });

  it('is spoilt by int8 without the rule, and its manifest says so', async () => {
    const { int8 } = await compileInt8(outliers, 'plain', noBound);
    const found = await verify('plain', exact);
    expect(found.statesError).toBeGreaterThan(0.2);
    expect(found.ids.equal / found.ids.of).toBeLessThan(0.8);
    expect(found.captions.equal).toBeLessThan(pictures.length / 2);
    expect(int8!.agreement.stated).toBeLessThan(0.7);
  });

  it('agrees again once inputs are scaled, and products that no scaling mends are kept in float32', async () => {
    const { int8 } = await compileInt8(outliers, 'ruled');
    const { smoothed, keptInFp32, bound } = int8!;
    const found = await verify('ruled', exact);
    expect(Math.max(...smoothed.map(({ error }) => error))).toBeGreaterThan(4 * bound);
    for (const { smoothedError } of smoothed) expect(smoothedError).toBeLessThanOrEqual(bound);
    expect(keptInFp32.length).toBeGreaterThan(0);
    for (const { product, error } of keptInFp32) {
      if (addsInt8Exactly()) expect(product).toMatch(/\.mlp\.fc2$|\.output\.dense$/);
      expect(error).toBeGreaterThan(bound);
    }
    expect(found.statesError).toBeLessThan(0.05);
    expect(found.agreement.measured).toBeGreaterThan(0.95);
    expect(found.captions.equal).toBeGreaterThanOrEqual(pictures.length - 1);
    expect(int8!.agreement.stated).toBeGreaterThan(0.8);
    expect(found.isAsStated).toBe(true);
  });

  it('fails verify where the manifest states more than there is', async () => {
    const path = join(directory, 'plain', 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as BundleManifest;
    manifest.int8!.agreement.stated = 0.95;
    await writeFile(path, JSON.stringify(manifest));
    const said = jest.spyOn(console, 'error').mockImplementation();
    jest.spyOn(console, 'log').mockImplementation();
    await verifyCommand([join(directory, 'plain'), '--against', exact, '--pictures', samples]);
    expect(process.exitCode).toBe(1);
    expect(said.mock.calls.flat().join('\n')).toContain('agrees less with its checkpoint than its manifest states');
    process.exitCode = 0;
    jest.restoreAllMocks();
  });
});
