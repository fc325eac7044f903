import { bytesOf, dictionary, pickle } from '../../test/support/pickle-writer.js';
import {
  smallStateDict,
  writeArchive,
  writeLegacy,
  type ArchiveOptions,
  type LegacyOptions,
} from '../../test/support/pytorch-writer.js';
import { refusalOf } from '../../test/support/refusal.js';
import type { ZipPart } from '../../test/support/zip-writer.js';

const small = smallStateDict();
const six = small.storages[0]!;
const archive = (options: ArchiveOptions): Buffer => writeArchive(small.data, small.storages, options);
const legacy = (options: LegacyOptions): Buffer => writeLegacy(small.data, small.storages, options);
const part = (name: string, change: Partial<ZipPart>): Buffer =>
  archive({
    parts: (parts) =>
      void Object.assign(
        parts.find((each) => each.name === `archive/${name}`)!,
        change,
      ),
  });

describe('an archive that is none of PyTorch’s is refused', () => {
  const huge = (at: number) => (header: Buffer) => void header.writeUInt32LE(0xffff_fff0, at);
  const flag = (bits: number) => ({
    local: (header: Buffer) => void header.writeUInt16LE(bits, 6),
    central: (header: Buffer) => void header.writeUInt16LE(bits, 8),
  });
  it.each<[string, Buffer, string]>([
    ['encrypted', part('data/0', flag(1)), 'its entry "archive/data/0" is encrypted'],
    ['encrypted only where it lies', part('data/0', { local: flag(1).local }), 'is encrypted'],
    ['with a masked header', part('data/0', flag(1 << 13)), 'is encrypted'],
    [
      'compressed',
      part('data.pkl', { central: (header) => void header.writeUInt16LE(8, 10) }),
      'is compressed (method 8)',
    ],
    [
      'compressed only where it lies',
      part('data.pkl', { local: (header) => void header.writeUInt16LE(8, 8) }),
      'is compressed (method 8)',
    ],
    [
      'with a bomb’s sizes',
      part('data/0', { central: (header) => void header.writeUInt32LE(2 ** 31, 24) }),
      'has the sizes 24 and 2147483648',
    ],
    [
      'with an entry longer than the file',
      part('data/0', { central: (header) => [20, 24].forEach((at) => huge(at)(header)) }),
      'reaches beyond the entries',
    ],
    ['with an entry behind the file', part('data/0', { central: huge(42) }), 'reaches beyond the entries'],
    [
      'with entries in each other',
      part('data/0', { central: (header) => void header.writeUInt32LE(0, 42) }),
      'overlap',
    ],
    [
      'with an entry that reaches into the next by its extra field',
      part('data/0', { local: (header) => void header.writeUInt16LE(500, 28) }),
      'reaches into what follows',
    ],
    ['with an entry of another name', part('data/0', { localName: 'archive/data/1' }), 'calls itself by another name'],
    [
      'with an entry of another size',
      part('data/0', { local: (header) => void header.writeUInt32LE(4, 22) }),
      'has another size than the directory says',
    ],
    [
      'with an entry that is not there',
      part('data/0', { local: (header) => void header.writeUInt32LE(0, 0) }),
      'is not where the directory says',
    ],
    [
      'on another disk',
      part('data/0', { central: (header) => void header.writeUInt16LE(3, 34) }),
      'lies on another disk',
    ],
    [
      'with an extra field that ends in the middle',
      part('data/0', {
        central: (header) => {
          header.writeUInt32LE(0xffff_ffff, 24);
          header.writeUInt16LE(0, 30);
        },
      }),
      'lacks a 64-bit field',
    ],
    [
      'with two entries of a name',
      archive({ parts: (parts) => void parts.push({ ...parts[1]! }) }),
      'has two entries "archive/data/0"',
    ],
    [
      'with two pickles',
      archive({ parts: (parts) => void parts.push({ ...parts[0]!, name: 'other/data.pkl' }) }),
      'has several data.pkl',
    ],
    ['without a pickle', part('data.pkl', { name: 'archive/code.pkl' }), 'is a zip archive without data.pkl'],
    ['without a storage', part('data/0', { name: 'archive/data/1' }), 'its storage "0" is missing'],
    [
      'with a storage too small',
      part('data/0', { bytes: Buffer.alloc(20) }),
      'its storage "0" has 20 bytes, expected 6 elements of 4',
    ],
    ['with a storage too large', part('data/0', { bytes: Buffer.alloc(28) }), 'its storage "0" has 28 bytes'],
    [
      'of a program, whose code is compressed',
      archive({
        more: { 'constants.pkl': '', 'code/linear.py': 'x' },
        parts: (parts) => void (parts.at(-1)!.central = (header) => void header.writeUInt16LE(8, 10)),
      }),
      'is a TorchScript program',
    ],
    ['of another byte order', archive({ more: { byteorder: 'big' } }), 'has the byte order "big", expected little'],
    ['of a version to come', archive({ more: { version: '11\n' } }), 'has the version "11"'],
    ['with a version of many words', archive({ more: { version: 'x'.repeat(1000) } }), 'has 1000 bytes'],
    ['in several parts', archive({ end: (record) => void record.writeUInt16LE(1, 4) }), 'is one of several parts'],
    [
      'in several parts, in 64 bits',
      archive({ zip64: true, end64: (record) => void record.writeUInt32LE(1, 16) }),
      'is one of several parts',
    ],
    [
      'with too many entries',
      archive({ zip64: true, end64: (record) => [24, 32].forEach((at) => record.writeBigUInt64LE(2n ** 40n, at)) }),
      'more than 50000',
    ],
    [
      'with more entries than it has',
      archive({ end: (record) => [8, 10].forEach((at) => record.writeUInt16LE(9, at)) }),
      'has 3 entries but claims 9',
    ],
    [
      'with fewer entries than it has',
      archive({ end: (record) => [8, 10].forEach((at) => record.writeUInt16LE(1, at)) }),
      'has more than the 1 entries',
    ],
    ['with a directory elsewhere', archive({ end: (record) => void record.writeUInt32LE(0, 16) }), 'does not end at'],
    [
      'with numbers beyond counting',
      archive({ zip64: true, end64: (record) => void record.writeBigUInt64LE(2n ** 63n, 48) }),
      'has the number',
    ],
    [
      'with two ends that contradict each other',
      archive({ zip64: true, end: (record) => void record.writeUInt32LE(7, 12) }),
      'contradict each other',
    ],
    [
      'with its 64-bit record elsewhere',
      archive({ zip64: true, end64: (record) => void record.writeBigUInt64LE(9n, 4) }),
      'is not where it is said to be',
    ],
    ['cut in the middle', archive({}).subarray(0, 300), 'has no end (truncated?)'],
    ['cut after two letters', archive({}).subarray(0, 2), 'has no end (truncated?)'],
    ['with something behind it', Buffer.concat([archive({}), Buffer.alloc(10)]), 'has no end'],
  ])('%s', async (_, bytes, message) => {
    expect(await refusalOf(bytes)).toEqual({ code: 'bad-pytorch-file', message: expect.stringContaining(message) });
  });
});

describe('a file of the older form that is wrong is refused', () => {
  const whole = legacy({});
  it.each<[string, Buffer, string]>([
    ['of another version', legacy({ version: 1000 }), 'another version of PyTorch’s older format than 1001'],
    ['of another byte order', legacy({ littleEndian: false }), 'another byte order'],
    ['without a storage', legacy({ keys: [] }), 'its storage "0" is missing'],
    ['with a storage too many', legacy({ keys: ['0', '1'] }), 'lists a storage that its pickle does not describe'],
    [
      'with a storage twice',
      Buffer.concat([legacy({ keys: ['0', '0'] }), bytesOf(8, 6), Buffer.alloc(24)]),
      'lists its storage "0" twice',
    ],
    [
      'with a storage of another length',
      writeLegacy(small.data, [{ ...six, elements: 5 }]),
      'has 5 elements, expected 6',
    ],
    [
      'with a storage of less than nothing',
      writeLegacy(small.data, [{ ...six, elements: -1 }]),
      'has -1 elements, expected 6',
    ],
    ['cut in its last storage', whole.subarray(0, -1), 'its storage "0" ends behind the file (truncated?)'],
    ['cut before it', whole.subarray(0, -25), 'ends among its storages (truncated?)'],
    ['cut in its pickles', whole.subarray(0, 100), 'its pickle ends in the middle (truncated?)'],
    ['empty', Buffer.alloc(0), 'is not a file of torch.save'],
    ['a web page', Buffer.from('<!doctype html><title>Not found</title>'), 'is not a file of torch.save'],
    [
      'a pointer of Git LFS',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:1\n'),
      'is a Git LFS pointer',
    ],
    ['another pickle', pickle(dictionary()), 'is a pickle, but not one of PyTorch'],
  ])('%s', async (_, bytes, message) => {
    expect(await refusalOf(bytes)).toEqual({ code: 'bad-pytorch-file', message: expect.stringContaining(message) });
  });
});
