import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../test/support/seeded-random.js';
import { SafetensorsFile } from './safetensors-file.js';
import { parseSafetensorsHeader } from './safetensors-header.js';
import { writeSafetensors } from './safetensors-writer.js';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-safetensors-'));
  path = join(directory, 'model.safetensors');
});

afterEach(() => rm(directory, { recursive: true }));

it('reads back whatever was written: any names, shapes and numbers', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seededRandom(seed);
    const tensors = Array.from({ length: random.whole(1, 8) }, (_, index) => {
      const shape = Array.from({ length: random.whole(0, 4) }, () => random.whole(0, 6));
      const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.number() * 1e3 - 500);
      return { name: `${index}/${random.text(12)}`, shape, values };
    });
    await writeSafetensors(
      path,
      tensors.map((tensor) => ({ ...tensor, pieces: () => [tensor.values] })),
    );
    const file = await SafetensorsFile.open(path);
    expect([...file.header.tensors.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort());
    for (const { name, shape, values } of tensors) {
      const entry = file.header.tensors.get(name)!;
      expect(entry.shape).toEqual(shape);
      expect(await file.readFloat32(entry)).toEqual(values);
    }
    await file.close();
  }
});

it('reads a large tensor in pieces of whole rows', async () => {
  const [rows, width] = [9001, 77];
  const values = Float32Array.from({ length: rows * width }, (_, index) => index % 1013);
  await writeSafetensors(path, [{ name: 'w', shape: [rows, width], pieces: () => [values] }]);
  const file = await SafetensorsFile.open(path);
  let count = 0;
  let pieces = 0;
  for await (const piece of file.float32Pieces(file.header.tensors.get('w')!, width)) {
    expect(piece.length % width).toBe(0);
    expect(piece[0]).toBe(count % 1013);
    count += piece.length;
    pieces++;
  }
  expect([count, pieces]).toEqual([rows * width, 3]);
  await file.close();
});

it.each([
  ['F16', [0x3c00, 0xc000, 0x0001, 0x7bff, 0x0000, 0x83ff], [1, -2, 2 ** -24, 65504, 0, -(1023 * 2 ** -24)]],
  ['BF16', [0x3f80, 0xc000, 0x0000, 0x4049], [1, -2, 0, 3.140625]],
])('reads %s as float32', async (type, bits, expected) => {
  const header = JSON.stringify({ t: { dtype: type, shape: [bits.length], data_offsets: [0, 2 * bits.length] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(path, Buffer.concat([length, Buffer.from(header), Buffer.from(Uint16Array.from(bits).buffer)]));
  const file = await SafetensorsFile.open(path);
  expect([...(await file.readFloat32(file.header.tensors.get('t')!))]).toEqual(expected);
  await file.close();
});

it.each<[string, string, string]>([
  [
    'a name of several lines',
    '{"a\\n\\u001b[31m":{"dtype":"F4","shape":[],"data_offsets":[0,0]}}',
    'tensor "a\\n\\u001b[31m" has',
  ],
  [
    'a type of any length',
    `{"a":{"dtype":"${'x'.repeat(3000)}","shape":[],"data_offsets":[0,0]}}`,
    `has the unknown type "${'x'.repeat(79)}…`,
  ],
  [
    'more dimensions than a line holds',
    `{"a":{"dtype":"F32","shape":[${Array(900).fill(1).join()}],"data_offsets":[0,0]}}`,
    'of shape [1, 1, 1, 1, 1, 1, 1, 1, …] needs 4 bytes',
  ],
  ['a header beyond all models', ' '.repeat((2 << 20) + 1), 'its header claims 2097153 bytes'],
])('refuses in one line %s', async (_, header, message) => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  await writeFile(path, Buffer.concat([length, Buffer.from(header)]));
  const error = await SafetensorsFile.open(path).catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({ code: 'bad-safetensors', message: expect.stringContaining(message) });
  expect((error as Error).message).toMatch(/^\P{Cc}{1,300}$/u);
});

it('never takes a damaged header for a good one: it is either refused with its own error, or every tensor lies in the file', () => {
  const good = JSON.stringify({
    __metadata__: { format: 'pt' },
    first: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    second: { dtype: 'F16', shape: [4], data_offsets: [24, 32] },
  });
  let accepted = 0;
  for (let seed = 1; seed <= 3000; seed++) {
    const random = seededRandom(seed);
    const place = random.whole(0, good.length - 1);
    const damaged =
      good.slice(0, place) + random.oneOf([...'0123456789-[]{},":eFx']) + good.slice(place + random.whole(0, 2));
    try {
      for (const { start, end, shape } of parseSafetensorsHeader(damaged, 32, 'f').tensors.values()) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(32);
        expect(shape.every((size) => Number.isSafeInteger(size) && size >= 0)).toBe(true);
      }
      accepted++;
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-safetensors', retryable: false });
    }
  }
  expect(accepted).toBeGreaterThan(0);
  expect(accepted).toBeLessThan(1500);
});
