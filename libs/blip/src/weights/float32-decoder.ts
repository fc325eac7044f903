export interface Float32Decoder {
  elementBytes: number;
  /** Little-endian elements to float32; the bytes' length is a multiple of `elementBytes`. */
  decode(bytes: Buffer): Float32Array;
}

/** How to read a type (by its safetensors name) as float32, or undefined where it holds no fractions. */
export function float32Decoder(type: string): Float32Decoder | undefined {
  switch (type) {
    case 'F32':
      return { elementBytes: 4, decode: (bytes) => aligned(bytes, Float32Array) };
    case 'F64':
      return { elementBytes: 8, decode: (bytes) => Float32Array.from(aligned(bytes, Float64Array)) };
    case 'BF16':
      return { elementBytes: 2, decode: (bytes) => decodeHalves(bytes, (bits) => bits << 16) };
    case 'F16':
      return { elementBytes: 2, decode: (bytes) => decodeHalves(bytes, widenHalf) };
    default:
      return undefined;
  }
}

/** The float32 bits of IEEE 754 half-precision bits. */
function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // subnormal halves are normal as float32: shift the leading one out
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

function decodeHalves(bytes: Buffer, widen: (bits: number) => number): Float32Array {
  const halves = aligned(bytes, Uint16Array);
  const bits = new Int32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = widen(halves[index]!);
  return new Float32Array(bits.buffer);
}

interface TypedArray<T> {
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
  BYTES_PER_ELEMENT: number;
}

function aligned<T>(bytes: Buffer, View: TypedArray<T>): T {
  const source = bytes.byteOffset % View.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new View(source.buffer, source.byteOffset, source.byteLength / View.BYTES_PER_ELEMENT);
}
