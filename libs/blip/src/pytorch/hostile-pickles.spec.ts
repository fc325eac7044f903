import * as written from '../../test/support/pickle-writer.js';
import { smallStateDict, writeArchive, writeLegacy } from '../../test/support/pytorch-writer.js';
import { refusalOf } from '../../test/support/refusal.js';

const { build, bytesOf, call, dictionary, global, integer, list, mark, none, pickle, storage, tensor, text, tuple } =
  written;

const small = smallStateDict();
const six = small.storages[0]!;
const raw = (codes: string): Buffer => Buffer.from(codes, 'latin1');
/** A file whose pickle is a dictionary with this value. */
const holding = (value: Buffer): Buffer => writeArchive(pickle(dictionary([text('w'), value])), small.storages);
const view = (of: written.WrittenView, ...more: Buffer[]): Buffer => holding(tensor(storage(six), of, ...more));

describe('a pickle that wants more than to describe tensors is refused by the name of it', () => {
  const evil = tuple(text('echo'));
  it.each<[string, Buffer, string]>([
    ['a function', call(global('posix', 'system'), evil), '"posix.system"'],
    ['a function by two strings', raw(`\x8c\x02os\x8c\x06system\x93`), '"os.system"'],
    [
      'a function of PyTorch',
      call(global('torch.storage', '_load_from_bytes'), none),
      '"torch.storage._load_from_bytes"',
    ],
    ['a builtin', call(global('builtins', 'eval'), text('1')), '"builtins.eval"'],
    [
      'an attribute of something allowed',
      raw('\x8c\x0bcollections\x8c\x14OrderedDict.fromkeys\x93'),
      '"collections.OrderedDict.fromkeys"',
    ],
    ['an instance', Buffer.concat([mark, text('x'), raw('iposix\nsystem\n')]), '"posix.system"'],
    ['an allowed class for a function', call(global('torch', 'FloatStorage'), integer(1)), 'torch.FloatStorage'],
    ['a tensor for a function', call(tensor(storage(six), { shape: [1], strides: [1] }), none), 'call a tensor'],
    ['an object', Buffer.concat([global('torch', 'Size'), raw(')\x81')]), 'NEWOBJ'],
    ['a registered extension', raw('\x82\x01'), 'EXT1'],
    ['another object’s attributes', build(tuple(), dictionary()), 'sets attributes of a tuple'],
    ['bytes', raw('C\x01a'), 'SHORT_BINBYTES'],
  ])('%s', async (_, value, named) => {
    const refused = { code: 'unsafe-pytorch-file', message: expect.stringContaining(named) as string };
    expect(await refusalOf(holding(value))).toEqual(refused);
    const data = pickle(dictionary([text('w'), value]));
    expect(await refusalOf(writeLegacy(data, small.storages))).toEqual(refused);
    expect(await refusalOf(data)).toEqual(refused);
  });

  it('in one line, whatever the name has in it', async () => {
    const name = `a\x1b[31m\n\u202e${'x'.repeat(500)}`;
    const length = String.fromCharCode(Buffer.byteLength(name) & 0xff, Buffer.byteLength(name) >> 8, 0, 0);
    const value = Buffer.concat([raw('\x8c\x01m'), raw(`X${length}`), Buffer.from(name), raw('\x93')]);
    const { message } = await refusalOf(holding(value));
    expect(message).toMatch(/^x\.bin: its pickle wants "m\.a\\u001b\[31m\\n\?x{60,80}…", which no state dict needs/);
    expect(message).not.toMatch(/[\n\x1b\u202e]/); // eslint-disable-line no-control-regex
  });
});

describe('a pickle that claims too much is refused before it has it', () => {
  const times = (count: number, codes: string): Buffer => raw(codes.repeat(count));
  it.each<[string, Buffer, string]>([
    ['a long string', raw('X\xff\xff\xff\x7fabc'), 'has a string of 2147483647 bytes'],
    ['a string of 64-bit length', Buffer.concat([raw('\x8d'), bytesOf(8, 2 ** 52)]), 'ends in the middle'],
    ['a string that the file does not have', raw('X\x00\x00\x01\x00abc'), 'ends in the middle'],
    ['a frame that the file does not have', Buffer.concat([raw('\x95'), bytesOf(8, 2 ** 40)]), 'ends in the middle'],
    ['a name without an end', raw(`c${'x'.repeat(2000)}`), 'a line of over 512 bytes'],
    [
      'operations without an end',
      Buffer.concat([raw(']q\x00'), times(600_000, 'h\x00a')]),
      'more than 1000000 operations',
    ],
    ['a value that it never had', raw('h\x07'), 'recalls value 7, which it never remembered'],
    ['a stack without an end', times(200_000, 'N'), 'piles up more than 100000 values'],
    ['groups in groups', times(5000, '('), 'nests deeper than 1000'],
    [
      'a tuple in a tuple in a tuple',
      Buffer.concat([raw('N'), times(300_000, '\x85')]),
      'makes more than 150000 objects',
    ],
    [
      'a memo without an end',
      Buffer.concat([
        raw('N'),
        ...Array.from({ length: 250_001 }, (_, at) => Buffer.concat([raw('r'), bytesOf(4, at)])),
      ]),
      'remembers more than 250000 values',
    ],
    ['numbers of many bytes', raw(`\x8a\xff${'\x7f'.repeat(255)}`), 'has a number of 255 bytes'],
    [
      'one list copied into dictionaries again and again',
      Buffer.concat([
        raw('('),
        raw(']q\x00('),
        ...Array.from({ length: 20_000 }, (_, at) => tuple(integer(at), none)),
        raw('e\x85q\x01'),
        global('collections', 'OrderedDict'),
        raw(`q\x02${'h\x02h\x01R'.repeat(60_000)}t`),
      ]),
      'copies more than 100000 items',
    ],
    [
      'dictionaries without an end',
      Buffer.concat([
        raw('('),
        global('collections', 'OrderedDict'),
        raw(`q\x00)q\x01${'h\x00h\x01R'.repeat(80_000)}t(${'h\x00h\x01R'.repeat(80_000)}t`),
      ]),
      'makes more than 150000 objects',
    ],
    [
      'entries without an end',
      Buffer.concat([
        raw('}'),
        ...Array.from({ length: 200_001 }, (_, at) => Buffer.concat([raw('J'), bytesOf(4, at), raw('Ns')])),
      ]),
      'sets more than 200000 entries',
    ],
    ['numbers of many digits', raw(`L${'9'.repeat(300)}L\n`), 'for a number'],
    ['a protocol of the future', raw('\x80\x06'), 'claims the protocol 6'],
  ])('%s', async (_, value, message) => {
    expect(await refusalOf(holding(value))).toMatchObject({
      code: 'bad-pytorch-file',
      message: expect.stringContaining(message),
    });
  });

  it('one tensor under very many names', async () => {
    const w = Buffer.concat([tensor(storage(six), { shape: [1], strides: [1] }), raw('q\x00')]);
    const names = Array.from({ length: 50_001 }, (_, at) => Buffer.concat([text(`w${at}`), raw('h\x00')]));
    const data = Buffer.concat([raw('}'), text('w'), w, raw('s'), ...names.flatMap((name) => [name, raw('s')])]);
    expect(await refusalOf(writeArchive(pickle(data), [six]))).toEqual({
      code: 'bad-pytorch-file',
      message: 'x.bin: has 50002 tensors, more than 50000',
    });
  });

  it('references to references cost nothing, however much they would unfold to', async () => {
    let laughs = raw(']q\x00');
    for (let level = 0; level < 200; level++) {
      const [inner, outer] = [level, level + 1].map((place) => bytesOf(1, place));
      laughs = Buffer.concat([raw(']('), laughs, raw('h'), inner!, raw('eq'), outer!]);
    }
    const itself = raw('}q\xffX\x01\x00\x00\x00xh\xffs');
    for (const value of [laughs, itself]) {
      expect((await refusalOf(holding(value))).message).toBe(
        'x.bin: holds a dictionary without tensors, expected a state dict',
      );
    }
  });
});

describe('a pickle that contradicts itself is refused', () => {
  const w = (): Buffer => tensor(storage(six), { shape: [2, 3], strides: [3, 1] });
  const rebuild = global('torch._utils', '_rebuild_tensor_v2');
  it.each<[string, Buffer, string]>([
    [
      'a key twice',
      writeArchive(pickle(dictionary([text('w'), w()], [text('w'), w()])), [six]),
      'has the key "w" twice',
    ],
    ['a tuple for a key', writeArchive(pickle(dictionary([tuple(), w()])), [six]), 'has a tuple as a key'],
    [
      'a key without a value',
      writeArchive(pickle(Buffer.concat([raw('}('), text('w'), raw('u')])), [six]),
      'a key without a value',
    ],
    ['values left over', writeArchive(pickle(raw('NN')), [six]), 'ends with values left over'],
    ['no value', writeArchive(pickle(raw('')), [six]), 'takes from an empty stack'],
    ['an unknown operation', holding(raw('\xfe')), 'has no operation at byte'],
    ['no state dict', writeArchive(pickle(w()), [six]), 'holds a tensor, expected a state dict'],
    ['a call without a tuple', holding(Buffer.concat([rebuild, list(), raw('R')])), 'calls with a list'],
    ['a tensor of nothing', holding(call(rebuild, none)), 'calls _rebuild_tensor_v2 with other arguments'],
    ['a number that is none', holding(raw('I1x\n')), 'has "1x" for a number'],
    ['an item of no dictionary', holding(raw(']NNs')), 'sets an item of a list'],
    ['something appended to no list', holding(raw('}Na')), 'appends to a dictionary'],
    ['a reference to no storage', holding(Buffer.concat([tuple(text('module')), raw('Q')])), 'refers to "module"'],
    [
      'a storage of no type',
      holding(
        Buffer.concat([tuple(text('storage'), text('FloatStorage'), text('0'), text('cpu'), integer(6)), raw('Q')]),
      ),
      'has a storage of a string',
    ],
    [
      'a storage of less than nothing',
      holding(storage({ ...six, elements: -6 })),
      'a storage without key, place or length',
    ],
    [
      'one storage of two types',
      holding(tuple(storage(six), storage({ ...six, type: 'HalfStorage' }))),
      'describes storage "0" twice',
    ],
    [
      'a part outside of its storage',
      holding(storage(six, tuple(text('1'), integer(3), integer(4)))),
      'is not inside of it',
    ],
    [
      'a negative of a tensor',
      view({ shape: [6], strides: [1] }, dictionary([text('neg'), raw('\x88')])),
      'conjugate or negative',
    ],
  ])('%s', async (_, bytes, message) => {
    expect(await refusalOf(bytes)).toEqual({ code: 'bad-pytorch-file', message: expect.stringContaining(message) });
  });
});

describe('a view that is none of its storage is refused', () => {
  it.each<[string, written.WrittenView, string]>([
    ['too large', { shape: [7], strides: [1] }, 'of shape [7] reaches element 6 of a storage of 6 elements'],
    ['too far on', { offset: 4, shape: [3], strides: [1] }, 'reaches element 6'],
    ['with a stride too large', { shape: [2, 2], strides: [5, 1] }, 'reaches element 6'],
    ['with a negative size', { shape: [-1], strides: [1] }, 'other arguments than PyTorch'],
    ['with a negative stride', { offset: 5, shape: [2], strides: [-1] }, 'other arguments than PyTorch'],
    ['with a negative offset', { offset: -1, shape: [1], strides: [1] }, 'other arguments than PyTorch'],
    ['with sizes beyond counting', { shape: [2 ** 40, 2 ** 40], strides: [0, 0] }, 'has the shape ['],
    ['with strides beyond counting', { shape: [2 ** 50, 2], strides: [2 ** 50, 1] }, 'of a storage of 6 elements'],
    ['with too few strides', { shape: [2, 3], strides: [1] }, 'has 2 dimensions and 1 strides'],
    [
      'with too many dimensions',
      { shape: Array<number>(65).fill(1), strides: Array<number>(65).fill(1) },
      'has 65 dimensions',
    ],
    [
      'with one element repeated for ever',
      { shape: [2 ** 32], strides: [0] },
      'repeats a storage of 6 elements into 4294967296',
    ],
  ])('%s', async (_, of, message) => {
    expect(await refusalOf(view(of))).toEqual({ code: 'bad-pytorch-file', message: expect.stringContaining(message) });
  });
});
