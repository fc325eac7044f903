const varintWireType = 0;
const lengthDelimitedWireType = 2;
const fixed32WireType = 5;

/** Writes one protobuf message: the few wire types that ONNX needs, appended in the order of the calls. */
export class ProtobufWriter {
  private readonly parts: Uint8Array[] = [];

  /** An int64, int32 or enum field; negative numbers take ten bytes, as protobuf wants it. */
  integer(field: number, value: number | bigint): this {
    this.varint((field << 3) | varintWireType);
    this.varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  float(field: number, value: number): this {
    this.varint((field << 3) | fixed32WireType);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.parts.push(bytes);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint((field << 3) | lengthDelimitedWireType);
    this.varint(value.length);
    this.parts.push(value);
    return this;
  }

  message(field: number, message: ProtobufWriter): this {
    return this.bytes(field, message.finish());
  }

  /** The message's bytes so far. */
  finish(): Uint8Array {
    return Buffer.concat(this.parts);
  }

  private varint(value: number | bigint): void {
    let rest = BigInt(value);
    const bytes: number[] = [];
    do {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      bytes.push(rest === 0n ? low : low | 0x80);
    } while (rest !== 0n);
    this.parts.push(Uint8Array.from(bytes));
  }
}
