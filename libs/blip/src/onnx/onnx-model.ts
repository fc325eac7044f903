import { ProtobufWriter } from './protobuf-writer.js';

/** ONNX's numbers for element types (onnx.proto, `TensorProto.DataType`). */
export const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
/** What the elements of a tensor are; the types that our graphs use. */
export type ElementType = keyof typeof elementTypes;

/** A dimension: its size in elements, a whole number of at least 0, or the name of one that is known only at run time (`batch`). */
export type Dimension = number | string;

/** An input or an output of a graph. */
export interface ValueInfo {
  /** Unique among the graph's values; by it callers feed and read the tensor. */
  name: string;
  type: ElementType;
  /** Outermost first; `[]` for a single number. */
  dims: readonly Dimension[];
}

/** An operator's attribute: a whole number (int64), a real one (float32), a text, or a list of whole numbers. */
export type Attribute = number | { float: number } | string | readonly number[];

/** One operator at work in a graph. */
export interface OnnxNode {
  /** The operator's name as its domain has it, e.g. `MatMul`. */
  operator: string;
  /** Empty for ONNX's own operators, `com.microsoft` for ONNX Runtime's. */
  domain: string;
  /** Values by name, in the operator's order; an empty name stands for an optional input that is left out. */
  inputs: readonly string[];
  /** The values it makes, in the operator's order; no other node makes one of these. */
  outputs: readonly string[];
  /** By their names; what is not given has the operator's default. */
  attributes: Readonly<Record<string, Attribute>>;
}

/** A constant tensor, row by row, little-endian. */
export interface Initializer {
  /** Unique among the graph's values. */
  name: string;
  type: ElementType;
  /** Elements along each dimension, outermost first; `[]` for a single number. */
  dims: readonly number[];
  /** Its bytes here, or a range of a file beside the model: the file's name, and place and length in bytes. */
  content: { bytes: Uint8Array } | { file: string; offset: number; length: number };
}

/** A graph, its nodes in an order in which each comes after those that make its inputs. */
export interface OnnxGraph {
  name: string;
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  initializers: readonly Initializer[];
  nodes: readonly OnnxNode[];
}

/** The format's version and that of ONNX's operators, both of ONNX 1.16. */
const intermediateRepresentation = 10;
const operatorSet = 21;
/** `TensorProto.DataLocation.EXTERNAL`. */
const externalLocation = 1;
/** `AttributeProto.AttributeType`. */
const attributeTypes = { float: 1, integer: 2, text: 3, integers: 7 } as const;

/** Serialises a graph as an ONNX `ModelProto` (field numbers: onnx.proto of ONNX 1.16). */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array {
  return new ProtobufWriter()
    .integer(1, intermediateRepresentation)
    .text(2, 'ekphrasis')
    .message(7, encodeGraph(graph))
    .message(8, new ProtobufWriter().text(1, '').integer(2, operatorSet))
    .message(8, new ProtobufWriter().text(1, 'com.microsoft').integer(2, 1))
    .finish();
}

/**
 * What, written behind an encoded model, makes values of its graph results too. A message of protobuf that comes in two
 * parts is merged from both.
 */
export function moreOutputs(names: readonly string[]): Uint8Array {
  const graph = new ProtobufWriter();
  for (const name of names) graph.message(12, encodeValueInfo({ name, type: 'float32', dims: ['rows', 'width'] }));
  return new ProtobufWriter().message(7, graph).finish();
}

function encodeGraph(graph: OnnxGraph): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const node of graph.nodes) writer.message(1, encodeNode(node));
  writer.text(2, graph.name);
  for (const initializer of graph.initializers) writer.message(5, encodeInitializer(initializer));
  for (const input of graph.inputs) writer.message(11, encodeValueInfo(input));
  for (const output of graph.outputs) writer.message(12, encodeValueInfo(output));
  return writer;
}

function encodeNode(node: OnnxNode): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  writer.text(3, `${node.operator}/${node.outputs[0] ?? ''}`).text(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) writer.message(5, encodeAttribute(name, value));
  return writer.text(7, node.domain);
}

function encodeAttribute(name: string, value: Attribute): ProtobufWriter {
  const writer = new ProtobufWriter().text(1, name);
  if (typeof value === 'number') return writer.integer(3, value).integer(20, attributeTypes.integer);
  if (typeof value === 'string') return writer.text(4, value).integer(20, attributeTypes.text);
  if ('float' in value) return writer.float(2, value.float).integer(20, attributeTypes.float);
  for (const item of value) writer.integer(8, item);
  return writer.integer(20, attributeTypes.integers);
}

function encodeInitializer(initializer: Initializer): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const dimension of initializer.dims) writer.integer(1, dimension);
  writer.integer(2, elementTypes[initializer.type]).text(8, initializer.name);
  if ('bytes' in initializer.content) return writer.bytes(9, initializer.content.bytes);
  const { file, offset, length } = initializer.content;
  for (const [key, value] of Object.entries({ location: file, offset: String(offset), length: String(length) })) {
    writer.message(13, new ProtobufWriter().text(1, key).text(2, value));
  }
  return writer.integer(14, externalLocation);
}

function encodeValueInfo(value: ValueInfo): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const dimension of value.dims) {
    const encoded = new ProtobufWriter();
    shape.message(1, typeof dimension === 'number' ? encoded.integer(1, dimension) : encoded.text(2, dimension));
  }
  const tensor = new ProtobufWriter().integer(1, elementTypes[value.type]).message(2, shape);
  return new ProtobufWriter().text(1, value.name).message(2, new ProtobufWriter().message(1, tensor));
}
