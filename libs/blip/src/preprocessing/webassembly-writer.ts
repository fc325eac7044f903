/** Bytes of WebAssembly code: one instruction, or several in a row. */
export type Code = readonly number[];

/** The value types that are used here, and 128 bits of SIMD. */
export const valueTypes = { i32: 0x7f, v128: 0x7b } as const;

/** A number as LEB128, signed: the form of constants; for the small unsigned numbers here the unsigned form suffices. */
function signed(value: number): Code {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const low = rest & 0x7f;
    const isLast = (rest >> 7 === 0 && (low & 0x40) === 0) || (rest >> 7 === -1 && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];
/** No alignment is promised, no offset added. */
const anywhere: Code = [0, 0];

/**
 * The instructions that resampling needs, by their names in the WebAssembly specification (§5.4). Operands come first, as
 * the stack machine wants them: `add(get(0), constant(4))`.
 */
export const instruction = {
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)],
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: (left: Code, right: Code): Code => [...left, ...right, 0x6a],
  subtract: (left: Code, right: Code): Code => [...left, ...right, 0x6b],
  multiply: (left: Code, right: Code): Code => [...left, ...right, 0x6c],
  isBelow: (left: Code, right: Code): Code => [...left, ...right, 0x49],
  load: (address: Code): Code => [...address, 0x28, ...anywhere],
  /** Runs the body once, and again as long as `condition` is not 0. */
  repeatWhile: (condition: Code, ...body: Code[]): Code => [0x03, 0x40, ...body.flat(), ...condition, 0x0d, 0, 0x0b],

  load16Bytes: (address: Code): Code => [...address, ...simd(0), ...anywhere],
  load4Bytes: (address: Code): Code => [...address, ...simd(92), ...anywhere],
  store16Bytes: (address: Code, value: Code): Code => [...address, ...value, ...simd(11), ...anywhere],
  store4Bytes: (address: Code, value: Code): Code => [...address, ...value, ...simd(90), ...anywhere, 0],
  /** Four times the same 32-bit number. */
  splat: (value: Code): Code => [...value, ...simd(17)],
  /** Bytes to 16-bit numbers, 16-bit numbers to 32-bit ones: of the low half or the high half. */
  lowBytes: (value: Code): Code => [...value, ...simd(137)],
  highBytes: (value: Code): Code => [...value, ...simd(138)],
  lowShorts: (value: Code): Code => [...value, ...simd(169)],
  highShorts: (value: Code): Code => [...value, ...simd(170)],
  addFour: (left: Code, right: Code): Code => [...left, ...right, ...simd(174)],
  multiplyFour: (left: Code, right: Code): Code => [...left, ...right, ...simd(181)],
  shiftFour: (value: Code, bits: number): Code => [...value, ...signedConstant(bits), ...simd(172)],
  /** 32-bit numbers to 16-bit ones, those to bytes 0..255: what does not fit becomes the nearest that does. */
  narrowToShorts: (low: Code, high: Code): Code => [...low, ...high, ...simd(133)],
  narrowToBytes: (low: Code, high: Code): Code => [...low, ...high, ...simd(102)],
};

function signedConstant(value: number): Code {
  return [0x41, ...signed(value)];
}

export interface WebAssemblyFunction {
  name: string;
  /** All parameters are i32; locals follow them in their numbering. */
  parameters: number;
  locals: readonly (keyof typeof valueTypes)[];
  body: readonly Code[];
}

/** A module of functions without results, with one memory that it exports as `memory`. */
export function encodeWebAssembly(functions: readonly WebAssemblyFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...vector(Array<Code>(parameters).fill([valueTypes.i32])), 0]);
  const exported = functions.map(({ name }, index) => [...text(name), 0, index]);
  const bodies = functions.map(({ locals, body }) => {
    const declarations = vector(locals.map((type) => [1, valueTypes[type]]));
    return sized([...declarations, ...body.flat(), 0x0b]);
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(functions.map((_, index) => [index]))),
    ...section(5, vector([[0, 1]])),
    ...section(7, vector([...exported, [...text('memory'), 2, 0]])),
    ...section(10, vector(bodies)),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...sized(content)];
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): Code {
  return sized([...Buffer.from(value)]);
}
