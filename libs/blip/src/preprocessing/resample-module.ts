import { precisionBits } from './bicubic-kernel.js';
import { encodeWebAssembly, instruction, type WebAssemblyFunction } from './webassembly-writer.js';

const { get, set, constant, add, subtract, multiply, isBelow, load, repeatWhile } = instruction;
const { load16Bytes, load4Bytes, store16Bytes, store4Bytes, splat, lowBytes, highBytes, lowShorts, highShorts } =
  instruction;
const { addFour, multiplyFour, shiftFour, narrowToShorts, narrowToBytes } = instruction;

/** What is used here of a global whose types come with the browser's only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

/** Bytes of a pixel, and of a number of a kernel. */
const word = constant(4);
/** Where the weights begin in an entry of a kernel: after the first pixel's place and the count. */
const weightsOffset = constant(8);
const half = splat(constant(1 << (precisionBits - 1)));

/**
 * The inner loops of resampling, in WebAssembly's SIMD: four colours (rows) or four pixels (columns) at a time. The same
 * loops in JavaScript took four times as long, and their result is the same to the bit: all arithmetic is of 32-bit
 * integers.
 *
 * A kernel lies in memory as entries of `stride` bytes: first pixel, count, weights.
 */
export interface ResampleModule {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
  /** Takes `rowCount` rows of `rowBytes` to rows of `outputs` pixels, `outputRowBytes` apart. */
  rows(
    source: number,
    rowBytes: number,
    rowCount: number,
    kernel: number,
    stride: number,
    outputs: number,
    output: number,
    outputRowBytes: number,
  ): void;
  /** Takes rows of `rowBytes`, a multiple of 16, to `outputs` rows of as many bytes. */
  columns(source: number, rowBytes: number, kernel: number, stride: number, outputs: number, output: number): void;
}

const compiled = new WebAssembly.Module(encodeWebAssembly([rowsFunction(), columnsFunction()]));

/** A module with a memory of its own, which is gone with it: memory of WebAssembly grows and never shrinks. */
export function instantiateResampleModule(): ResampleModule {
  return new WebAssembly.Instance(compiled).exports as ResampleModule;
}

function rowsFunction(): WebAssemblyFunction {
  const [source, rowBytes, rowCount, kernel, stride, outputs, output, outputRowBytes] = [0, 1, 2, 3, 4, 5, 6, 7];
  const [entry, target, outputsLeft, pixel, weight, weightsEnd, sum] = [8, 9, 10, 11, 12, 13, 14];
  const colours = lowShorts(lowBytes(load4Bytes(get(pixel))));
  const shorts = narrowToShorts(shiftFour(get(sum), precisionBits), shiftFour(get(sum), precisionBits));
  const onePixel = [
    set(pixel, add(get(source), multiply(load(get(entry)), word))),
    set(weight, add(get(entry), weightsOffset)),
    set(weightsEnd, add(get(weight), multiply(load(add(get(entry), word)), word))),
    set(sum, half),
    repeatWhile(
      isBelow(get(weight), get(weightsEnd)),
      set(sum, addFour(get(sum), multiplyFour(colours, splat(load(get(weight)))))),
      set(pixel, add(get(pixel), word)),
      set(weight, add(get(weight), word)),
    ),
    store4Bytes(get(target), narrowToBytes(shorts, shorts)),
    set(target, add(get(target), word)),
    set(entry, add(get(entry), get(stride))),
    set(outputsLeft, subtract(get(outputsLeft), constant(1))),
  ];
  const oneRow = [
    set(entry, get(kernel)),
    set(target, get(output)),
    set(outputsLeft, get(outputs)),
    repeatWhile(get(outputsLeft), ...onePixel),
    set(source, add(get(source), get(rowBytes))),
    set(output, add(get(output), get(outputRowBytes))),
    set(rowCount, subtract(get(rowCount), constant(1))),
  ];
  return {
    name: 'rows',
    parameters: 8,
    locals: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'v128'],
    body: [repeatWhile(get(rowCount), ...oneRow)],
  };
}

function columnsFunction(): WebAssemblyFunction {
  const [source, rowBytes, kernel, stride, outputs, output] = [0, 1, 2, 3, 4, 5];
  const [first, offset, address, weight, weightsEnd, bytes, factor] = [6, 7, 8, 9, 10, 11, 12];
  const sums = [13, 14, 15, 16] as const;
  const quarters = [
    lowShorts(lowBytes(get(bytes))),
    highShorts(lowBytes(get(bytes))),
    lowShorts(highBytes(get(bytes))),
    highShorts(highBytes(get(bytes))),
  ];
  const shifted = sums.map((sum) => shiftFour(get(sum), precisionBits));
  const fourPixels = [
    set(address, add(get(first), get(offset))),
    set(weight, add(get(kernel), weightsOffset)),
    ...sums.map((sum) => set(sum, half)),
    repeatWhile(
      isBelow(get(weight), get(weightsEnd)),
      set(bytes, load16Bytes(get(address))),
      set(factor, splat(load(get(weight)))),
      ...sums.map((sum, index) => set(sum, addFour(get(sum), multiplyFour(quarters[index]!, get(factor))))),
      set(address, add(get(address), get(rowBytes))),
      set(weight, add(get(weight), word)),
    ),
    store16Bytes(
      add(get(output), get(offset)),
      narrowToBytes(narrowToShorts(shifted[0]!, shifted[1]!), narrowToShorts(shifted[2]!, shifted[3]!)),
    ),
    set(offset, add(get(offset), constant(16))),
  ];
  const oneRow = [
    set(first, add(get(source), multiply(load(get(kernel)), get(rowBytes)))),
    set(weightsEnd, add(add(get(kernel), weightsOffset), multiply(load(add(get(kernel), word)), word))),
    set(offset, constant(0)),
    repeatWhile(isBelow(get(offset), get(rowBytes)), ...fourPixels),
    set(output, add(get(output), get(rowBytes))),
    set(kernel, add(get(kernel), get(stride))),
    set(outputs, subtract(get(outputs), constant(1))),
  ];
  return {
    name: 'columns',
    parameters: 6,
    locals: ['i32', 'i32', 'i32', 'i32', 'i32', 'v128', 'v128', 'v128', 'v128', 'v128', 'v128'],
    body: [repeatWhile(get(outputs), ...oneRow)],
  };
}
