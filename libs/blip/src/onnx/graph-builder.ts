import type { Attribute, Dimension, ElementType, Initializer, OnnxGraph, OnnxNode, ValueInfo } from './onnx-model.js';
import type { WeightFile } from './weight-file.js';

/** The name of a tensor that flows through a graph. */
export type Value = string;

/** Puts a graph together node by node; every method returns the name of what it made. */
export class GraphBuilder {
  private readonly inputs: ValueInfo[] = [];
  private readonly outputs: ValueInfo[] = [];
  private readonly nodes: OnnxNode[] = [];
  private readonly constants = new Map<Value, Initializer>();
  private valueCount = 0;

  constructor(
    private readonly name: string,
    /** Where the large constants of this graph lie. */
    readonly weights: WeightFile,
  ) {}

  input(name: string, type: ElementType, dims: readonly Dimension[]): Value {
    this.inputs.push({ name, type, dims });
    return name;
  }

  /** Names `value` as a result of the graph. */
  output(name: string, value: Value, type: ElementType, dims: readonly Dimension[]): void {
    this.nodes.push({ operator: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} });
    this.outputs.push({ name, type, dims });
  }

  /** Gives the result of a node that was just added, and that no other node reads yet, a name of its own. */
  named(name: string, value: Value): Value {
    const index = this.nodes.findIndex(({ outputs }) => outputs.includes(value));
    const node = this.nodes[index];
    if (!node) throw new RangeError(`no node has the result ${value}`);
    this.nodes[index] = { ...node, outputs: node.outputs.map((output) => (output === value ? name : output)) };
    return name;
  }

  /** Adds one of ONNX's own operators with one result. */
  node(operator: string, inputs: readonly Value[], attributes: Record<string, Attribute> = {}): Value {
    return this.add('', operator, inputs, 1, attributes)[0]!;
  }

  /** Adds one of ONNX's own operators with several results. */
  nodeWithResults(
    operator: string,
    inputs: readonly Value[],
    count: number,
    attributes: Record<string, Attribute> = {},
  ): Value[] {
    return this.add('', operator, inputs, count, attributes);
  }

  /** Adds one of ONNX Runtime's operators (domain `com.microsoft`); an empty name stands for an input left out. */
  runtimeNode(
    operator: string,
    inputs: readonly Value[],
    count: number,
    attributes: Record<string, Attribute>,
  ): Value[] {
    return this.add('com.microsoft', operator, inputs, count, attributes);
  }

  /** A list of int64 numbers, e.g. the shape for a Reshape. */
  integers(values: readonly number[]): Value {
    return this.constant('int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  /** One int64 number without dimensions. */
  integer(value: number): Value {
    return this.constant('int64', [], new Uint8Array(BigInt64Array.of(BigInt(value)).buffer));
  }

  /** One float32 number without dimensions. */
  float(value: number): Value {
    return this.constant('float32', [], new Uint8Array(Float32Array.of(value).buffer));
  }

  /** One unsigned byte without dimensions. */
  byte(value: number): Value {
    return this.constant('uint8', [], Uint8Array.of(value));
  }

  finish(): OnnxGraph {
    return {
      name: this.name,
      inputs: this.inputs,
      outputs: this.outputs,
      nodes: this.nodes,
      initializers: [...this.constants.values(), ...this.weights.initializers()],
    };
  }

  private constant(type: ElementType, dims: readonly number[], bytes: Uint8Array): Value {
    const name = `constant_${type}_${dims.length}_${Buffer.from(bytes).toString('hex')}`;
    this.constants.set(name, { name, type, dims, content: { bytes } });
    return name;
  }

  private add(
    domain: string,
    operator: string,
    inputs: readonly Value[],
    count: number,
    attributes: Record<string, Attribute>,
  ): Value[] {
    const outputs = Array.from({ length: count }, () => `value_${this.valueCount++}`);
    this.nodes.push({ operator, domain, inputs, outputs, attributes });
    return outputs;
  }
}
