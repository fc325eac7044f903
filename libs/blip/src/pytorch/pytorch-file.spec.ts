import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as written from '../../test/support/pickle-writer.js';
import {
  floats,
  smallStateDict,
  writeArchive,
  writeLegacy,
  type ArchiveOptions,
  type Storages,
} from '../../test/support/pytorch-writer.js';
import { PytorchFile } from './pytorch-file.js';

let directory: string;

beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'ekphrasis-pytorch-'))));

afterAll(() => rm(directory, { recursive: true }));

/** Every tensor of a file, as plain numbers. */
async function read(bytes: Buffer): Promise<Record<string, { shape: readonly number[]; values: number[] }>> {
  const path = join(directory, 'pytorch_model.bin');
  await writeFile(path, bytes);
  const file = await PytorchFile.open(path);
  const tensors: Awaited<ReturnType<typeof read>> = {};
  for (const { name, shape, pieces } of file.tensors.values()) {
    const values: number[] = [];
    for await (const piece of pieces()) values.push(...piece);
    tensors[name] = { shape, values };
  }
  await file.close();
  return tensors;
}

const small = smallStateDict();
const w = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };
const { text, tensor, storage, pickle, orderedDictionary, dictionary, call, global, tuple, integer, yes } = written;

function archiveOf(data: Buffer, storages: Storages = small.storages, options: ArchiveOptions = {}): Buffer {
  return writeArchive(pickle(data), storages, options);
}

const wValue = (): Buffer => tensor(storage(small.storages[0]!), { shape: [2, 3], strides: [3, 1] });

describe('a state dict is read from', () => {
  it.each<[string, Buffer]>([
    ['the zip form', writeArchive(small.data, small.storages)],
    ['a zip form with another name inside', writeArchive(small.data, small.storages, { root: 'pytorch_model' })],
    ['a zip form with 64-bit sizes', writeArchive(small.data, small.storages, { zip64: true })],
    ['a zip form with a comment', writeArchive(small.data, small.storages, { comment: 'PK\x05\x06 and more words' })],
    [
      'the zip form of PyTorch 2',
      writeArchive(small.data, small.storages, {
        more: {
          '.format_version': '1',
          '.storage_alignment': '64',
          byteorder: 'little',
          '.data/serialization_id': '7',
        },
      }),
    ],
    ['the older form', writeLegacy(small.data, small.storages)],
    ['a plain dictionary', archiveOf(dictionary([text('w'), wValue()]))],
    [
      'a dictionary around it',
      archiveOf(dictionary([text('epoch'), integer(3)], [text('model'), dictionary([text('w'), wValue()])])),
    ],
    [
      'a dictionary with other things in it',
      archiveOf(dictionary([text('w'), wValue()], [text('steps'), integer(2 ** 40)])),
    ],
    [
      'Python 2’s OrderedDict',
      archiveOf(call(global('collections', 'OrderedDict'), written.list(written.list(text('w'), wValue())))),
    ],
    [
      'a dictionary with _metadata',
      archiveOf(
        written.build(orderedDictionary([text('w'), wValue()]), dictionary([text('_metadata'), orderedDictionary()])),
      ),
    ],
    [
      'parameters',
      archiveOf(
        dictionary([text('w'), call(global('torch._utils', '_rebuild_parameter'), wValue(), yes, orderedDictionary())]),
      ),
    ],
  ])('%s', async (_, bytes) => {
    expect(await read(bytes)).toEqual({ w });
  });
});

describe('views of a storage', () => {
  const twelve = floats('0', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const of = storage(twelve);
  const inTurn = [0, 1, 0, 1, 3, 4, 3, 4];

  it.each<[string, written.WrittenView, number[]]>([
    ['a transposed matrix', { shape: [4, 3], strides: [1, 4] }, [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]],
    ['a column', { offset: 2, shape: [3], strides: [4] }, [2, 6, 10]],
    ['a block', { offset: 5, shape: [2, 2], strides: [4, 1] }, [5, 6, 9, 10]],
    ['every third', { shape: [4], strides: [3] }, [0, 3, 6, 9]],
    ['one repeated', { offset: 7, shape: [2, 2], strides: [0, 0] }, [7, 7, 7, 7]],
    ['a row repeated', { shape: [2, 3], strides: [0, 1] }, [0, 1, 2, 0, 1, 2]],
    ['axes that repeat and step in turn', { shape: [2, 2, 2, 2], strides: [0, 3, 0, 1] }, [...inTurn, ...inTurn]],
    ['three axes in another order', { shape: [3, 2, 2], strides: [1, 6, 3] }, [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]],
    ['a single number', { offset: 11, shape: [], strides: [] }, [11]],
    ['nothing', { offset: 12, shape: [0, 4], strides: [4, 1] }, []],
    ['axes of one with any stride', { shape: [1, 2, 1], strides: [77, 1, 99] }, [0, 1]],
  ])('%s', async (_, view, values) => {
    const data = pickle(dictionary([text('v'), tensor(of, view)]));
    expect(await read(writeArchive(data, [twelve]))).toEqual({ v: { shape: view.shape, values } });
    expect(await read(writeLegacy(data, [twelve]))).toEqual({ v: { shape: view.shape, values } });
  });

  it('share it: tied weights are in the file once', async () => {
    const data = dictionary(
      [text('a'), tensor(of, { shape: [12], strides: [1] })],
      [text('b'), tensor(of, { shape: [3, 4], strides: [4, 1] })],
    );
    const { a, b } = await read(archiveOf(data, [twelve]));
    expect(b!.values).toEqual(a!.values);
  });

  it('and of a part of it, which only old files know', async () => {
    const part = storage(twelve, tuple(text('part'), integer(4), integer(4)));
    const data = pickle(dictionary([text('v'), tensor(part, { offset: 1, shape: [3], strides: [1] })]));
    expect((await read(writeLegacy(data, [twelve])))['v']!.values).toEqual([5, 6, 7]);
  });

  it('in pieces of whole units, however large they are', async () => {
    const [rows, width] = [700, 601];
    const values = Array.from({ length: rows * width }, (_, index) => index % 8191);
    const large = floats('0', values);
    const path = join(directory, 'large.bin');
    const view = { shape: [width, rows], strides: [1, width] };
    await writeFile(path, archiveOf(dictionary([text('t'), tensor(storage(large), view)]), [large]));
    const file = await PytorchFile.open(path);
    let at = 0;
    for await (const piece of file.tensors.get('t')!.pieces(rows)) {
      expect(piece.length % rows).toBe(0);
      const expected = piece.map(
        (_, index) => values[((at + index) % rows) * width + Math.floor((at + index) / rows)]!,
      );
      expect(Buffer.compare(Buffer.from(piece.buffer), Buffer.from(expected.buffer))).toBe(0);
      at += piece.length;
    }
    expect(at).toBe(rows * width);
    await file.close();
  });
});

it('refuses a view that needs gigabytes of its storage at once, when it is read', async () => {
  const path = join(directory, 'vast.bin');
  const vast = { key: '0', type: 'FloatStorage', elements: 2 ** 30, bytes: Buffer.alloc(0) };
  const head = writeLegacy(
    pickle(
      dictionary(
        [text('w'), tensor(storage(vast), { offset: 2 ** 29, shape: [2, 3], strides: [3, 1] })],
        [text('t\n'), tensor(storage(vast), { shape: [2 ** 15, 2 ** 15], strides: [1, 2 ** 15] })],
      ),
    ),
    [vast],
  );
  await writeFile(path, head);
  await truncate(path, head.length + 4 * vast.elements); // a hole, which takes no space
  const file = await PytorchFile.open(path);
  const first = (name: string) => file.tensors.get(name)!.pieces().next();
  expect((await first('w')).value).toEqual(new Float32Array(6));
  await expect(first('t\n')).rejects.toMatchObject({
    code: 'bad-pytorch-file',
    message: 'vast.bin: tensor "t\\n" is a view that spans 4294967296 bytes of its storage',
  });
  await file.close();
});

it('has float16, bfloat16 and float64 for float32, and leaves integers alone until somebody asks', async () => {
  const stored = (key: string, type: string, array: Uint16Array | Float64Array | BigInt64Array): Storages[number] => ({
    key,
    type,
    elements: array.length,
    bytes: Buffer.from(array.buffer),
  });
  const storages = [
    stored('0', 'HalfStorage', Uint16Array.of(0x3c00, 0xc000)),
    stored('1', 'BFloat16Storage', Uint16Array.of(0x3f80, 0x4049)),
    stored('2', 'DoubleStorage', Float64Array.of(0.5, -8)),
  ];
  const entries = storages.map((each): [Buffer, Buffer] => [
    text(each.type),
    tensor(storage(each), { shape: [2], strides: [1] }),
  ]);
  expect(await read(archiveOf(dictionary(...entries), storages))).toEqual({
    HalfStorage: { shape: [2], values: [1, -2] },
    BFloat16Storage: { shape: [2], values: [1, 3.140625] },
    DoubleStorage: { shape: [2], values: [0.5, -8] },
  });
  const ids = stored('3', 'LongStorage', BigInt64Array.of(1n));
  await expect(
    read(archiveOf(dictionary([text('ids'), tensor(storage(ids), { shape: [1], strides: [1] })]), [ids])),
  ).rejects.toThrow('pytorch_model.bin: tensor "ids" has the type I64, expected F32, F16, BF16 or F64');
});
