import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from '../../../libs/blip/src/captioner/onnx-runtime.js';
import { openBundle } from '../../../libs/blip/src/bundle/bundle.js';
import { bundleFiles } from '../../../libs/blip/src/bundle/bundle-format.js';
import { pictureTokens, type BlipConfiguration } from '../../../libs/blip/src/checkpoint/blip-configuration.js';
import { addLinear, type LinearKind } from '../../../libs/blip/src/compiler/add-linear.js';
import { writeModel } from '../../../libs/blip/src/compiler/write-model.js';
import type { LinearLayer } from '../../../libs/blip/src/compiler/linear-layer.js';
import { GraphBuilder } from '../../../libs/blip/src/onnx/graph-builder.js';
import { WeightFile } from '../../../libs/blip/src/onnx/weight-file.js';
import { median } from '../statistics.js';

export interface EncoderProductsResult {
  operator: string;
  /** Milliseconds for all of a picture's matrix products by weights, inside the encoder and each by itself. */
  insideMs: number;
  bareMs: number;
  /** Billions of operations (two for each weight and row) a second inside the encoder, on one thread. */
  gigaOperationsPerSecond: number;
  /** How fast they are inside, of how fast they are alone. */
  share: number;
}

const operators = ['DynamicQuantizeMatMul', 'Gemm'];
const runs = 7;

interface Product {
  inputs: number;
  outputs: number;
  count: number;
}

/** Compares the encoder's matrix products with graphs of nothing but one such product, by ONNX Runtime's own profile. */
export async function measureEncoderProducts(bundle: string): Promise<EncoderProductsResult> {
  const { configuration, manifest } = await openBundle(bundle);
  const kind: LinearKind = manifest.precision === 'int8' ? 'int8-columns' : 'fp32';
  const { imageSize } = configuration.model.vision;
  const directory = await mkdtemp(join(tmpdir(), 'ekphrasis-bench-'));
  try {
    const pixels = Float32Array.from({ length: 3 * imageSize ** 2 }, (_, index) => Math.sin(index / 50));
    const inside = await profileProducts(join(bundle, bundleFiles.visionModel), directory, {
      pixel_values: new Tensor('float32', pixels, [1, 3, imageSize, imageSize]),
    });
    let bareMs = 0;
    let operations = 0;
    const rows = pictureTokens(configuration.model.vision);
    for (const product of encoderProducts(configuration.model)) {
      bareMs += product.count * (await bareProduct(directory, kind, rows, product));
      operations += 2 * rows * product.inputs * product.outputs * product.count;
    }
    return {
      operator: kind === 'fp32' ? operators[1]! : operators[0]!,
      insideMs: inside,
      bareMs,
      gigaOperationsPerSecond: operations / inside / 1e6,
      share: bareMs / inside,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function encoderProducts({ vision, text }: BlipConfiguration): Product[] {
  const size = vision.hiddenSize;
  return [
    { inputs: size, outputs: 3 * size, count: vision.layers },
    { inputs: size, outputs: size, count: vision.layers },
    { inputs: size, outputs: vision.intermediateSize, count: vision.layers },
    { inputs: vision.intermediateSize, outputs: size, count: vision.layers },
    { inputs: size, outputs: text.hiddenSize, count: 2 * text.layers },
  ];
}

/** Milliseconds of one product in a graph of its own. */
async function bareProduct(
  directory: string,
  kind: LinearKind,
  rows: number,
  { inputs, outputs }: Product,
): Promise<number> {
  const name = `product-${inputs}-${outputs}`;
  const weights = new WeightFile(`${name}.weights`);
  const graph = new GraphBuilder(name, weights);
  const result = addLinear(graph, kind, graph.input('rows', 'float32', [rows, inputs]), sineLayer(inputs, outputs));
  graph.output('result', result, 'float32', [rows, outputs]);
  const path = join(directory, `${name}.onnx`);
  await writeModel(path, graph.finish(), directory, weights, () => undefined);
  const values = Float32Array.from({ length: rows * inputs }, (_, index) => Math.sin(index));
  return profileProducts(path, directory, { rows: new Tensor('float32', values, [rows, inputs]) });
}

function sineLayer(inputs: number, outputs: number): LinearLayer {
  const tensor = (name: string, shape: number[]) => ({
    name,
    shape,
    async *pieces() {
      yield Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => Math.sin(index * 1.7) / 20);
    },
  });
  return {
    name: 'product',
    inputs,
    outputs,
    weights: [tensor('weight', [outputs, inputs])],
    biases: [tensor('bias', [outputs])],
  };
}

/** The median over several runs of the milliseconds that a graph spends in products by weights. */
async function profileProducts(path: string, directory: string, feeds: Record<string, Tensor>): Promise<number> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'basic',
    enableProfiling: true,
    profileFilePrefix: join(directory, 'profile'),
  });
  for (let run = 0; run < runs; run++) await session.run(feeds);
  session.endProfiling();
  const byNode = new Map<string, number[]>();
  for (const { name, operator, microseconds } of await readProfile(directory)) {
    if (operators.includes(operator)) byNode.set(name, [...(byNode.get(name) ?? []), microseconds]);
  }
  await session.release();
  return [...byNode.values()].reduce((sum, times) => sum + median(times), 0) / 1000;
}

interface ProfiledNode {
  name: string;
  operator: string;
  microseconds: number;
}

/** The profile that ONNX Runtime has just written, which is removed. */
async function readProfile(directory: string): Promise<ProfiledNode[]> {
  const { readdir } = await import('node:fs/promises');
  const file = join(
    directory,
    (await readdir(directory)).find((name) => name.startsWith('profile'))!,
  );
  const events = JSON.parse(await readFile(file, 'utf8')) as {
    cat: string;
    name: string;
    dur: number;
    args?: { op_name?: string };
  }[];
  await rm(file);
  return events
    .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
    .map(({ name, dur, args }) => ({ name, operator: args?.op_name ?? '', microseconds: dur }));
}
