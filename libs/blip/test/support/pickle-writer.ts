/* Pickles put together by hand, so that tests can write what no Python would. Every function gives the bytes of one value. */

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

export const none = ascii('N');
export const mark = ascii('(');
export const yes = ascii('\x88');
export const no = ascii('\x89');

export function bytesOf(size: 1 | 2 | 4 | 8, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes.subarray(0, size);
}

export function integer(value: number): Buffer {
  if (value >= 0 && value < 256) return Buffer.concat([ascii('K'), bytesOf(1, value)]);
  if (value >= -(2 ** 31) && value < 2 ** 31) return Buffer.concat([ascii('J'), bytesOf(4, value)]);
  return Buffer.concat([ascii('\x8a\x08'), bytesOf(8, value)]);
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([ascii('X'), bytesOf(4, bytes.length), bytes]);
}

export const global = (module: string, name: string): Buffer => ascii(`c${module}\n${name}\n`);

export const tuple = (...items: Buffer[]): Buffer => Buffer.concat([mark, ...items, ascii('t')]);

export const list = (...items: Buffer[]): Buffer => Buffer.concat([ascii(']('), ...items, ascii('e')]);

export const dictionary = (...entries: [key: Buffer, value: Buffer][]): Buffer =>
  Buffer.concat([ascii('}('), ...entries.flat(), ascii('u')]);

export const call = (callee: Buffer, ...args: Buffer[]): Buffer => Buffer.concat([callee, tuple(...args), ascii('R')]);

export const orderedDictionary = (...entries: [key: Buffer, value: Buffer][]): Buffer =>
  Buffer.concat([call(global('collections', 'OrderedDict')), mark, ...entries.flat(), ascii('u')]);

export const build = (object: Buffer, state: Buffer): Buffer => Buffer.concat([object, state, ascii('b')]);

/** A whole pickle. */
export const pickle = (value: Buffer, protocol = 2): Buffer =>
  Buffer.concat([ascii('\x80'), bytesOf(1, protocol), value, ascii('.')]);

export interface WrittenStorage {
  key: string;
  /** e.g. `FloatStorage` */
  type: string;
  elements: number;
}

export function storage({ key, type, elements }: WrittenStorage, ...view: Buffer[]): Buffer {
  const id = tuple(text('storage'), global('torch', type), text(key), text('cuda:0'), integer(elements), ...view);
  return Buffer.concat([id, ascii('Q')]);
}

export interface WrittenView {
  offset?: number;
  shape: number[];
  strides: number[];
}

/** A tensor as `torch.save` describes it. */
export function tensor(of: Buffer, { offset = 0, shape, strides }: WrittenView, ...more: Buffer[]): Buffer {
  const [size, stride] = [shape, strides].map((numbers) => tuple(...numbers.map(integer)));
  const rebuild = global('torch._utils', '_rebuild_tensor_v2');
  return call(rebuild, of, integer(offset), size!, stride!, no, orderedDictionary(), ...more);
}
