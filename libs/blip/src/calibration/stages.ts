import { pictureTokens } from '../checkpoint/blip-configuration.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { addCrossProjection } from '../compiler/cross-projections.js';
import { DecoderLayers } from '../compiler/decoder-layers.js';
import { addHeadTransform, vocabularyLayer } from '../compiler/language-head.js';
import type { Products } from '../compiler/products.js';
import { addTokenEmbeddings } from '../compiler/token-embeddings.js';
import { addPictureEmbeddings, addPostNorm, addVisionLayer } from '../compiler/vision-graph.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { someOutputs } from './some-outputs.js';

/** A part of the model that is small enough to be in memory alone: a layer, or some of the vocabulary. */
export interface Stage {
  /** What its result is for the stages after it. Logits come in parts, each for words from all over the vocabulary. */
  makes: 'rows' | 'states' | 'words' | 'logits';
  /** The id that belongs to one of the logits of a row. */
  wordOf?: (output: number) => number;
  /** Adds the stage to a graph and returns its result, [rows, …]. */
  build(graph: GraphBuilder, products: Products): Value;
}

/** Words of the vocabulary that one stage compares with. */
const wordsTogether = 4096;

/** The whole model, in the order in which it runs; words of a sequence are all given at once. */
export function modelStages(checkpoint: Checkpoint): Stage[] {
  const { vision, text } = checkpoint.configuration;
  const rowsInput = (graph: GraphBuilder): Value => graph.input('rows', 'float32', ['tokens', vision.hiddenSize]);
  const wordsInput = (graph: GraphBuilder): Value => graph.input('words', 'float32', ['length', text.hiddenSize]);
  const parts = Math.ceil(text.vocabularySize / wordsTogether);
  return [
    { makes: 'rows', build: (graph) => addPictureEmbeddings(graph, checkpoint) },
    ...Array.from({ length: vision.layers }, (_, layer): Stage => ({
      makes: 'rows',
      build: (graph, products) => addVisionLayer(graph, checkpoint, products, rowsInput(graph), layer),
    })),
    { makes: 'states', build: (graph) => addPostNorm(graph, checkpoint, rowsInput(graph)) },
    { makes: 'words', build: (graph, products) => addFirstWords(graph, checkpoint, products) },
    ...Array.from({ length: text.layers }, (_, layer): Stage => ({
      makes: 'words',
      build: (graph, products) => addWholeDecoderLayer(graph, checkpoint, products, wordsInput(graph), layer),
    })),
    { makes: 'words', build: (graph, products) => addHeadTransform(graph, checkpoint, products, wordsInput(graph)) },
    ...Array.from({ length: parts }, (_, part): Stage => ({
      makes: 'logits',
      wordOf: (output) => output * parts + part,
      build: (graph, products) =>
        products.add(graph, wordsInput(graph), someOutputs(vocabularyLayer(checkpoint), part, parts)),
    })),
  ];
}

function addFirstWords(graph: GraphBuilder, checkpoint: Checkpoint, products: Products): Value {
  const ids = graph.input('input_ids', 'int32', [1, 'length']);
  return addTokenEmbeddings(graph, checkpoint, products, ids, graph.integers([0]));
}

/** A decoder layer without a past, and the projections of the picture's states that it asks. */
function addWholeDecoderLayer(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  products: Products,
  words: Value,
  layer: number,
): Value {
  const { vision, text } = checkpoint.configuration;
  const states = graph.input('states', 'float32', [pictureTokens(vision), vision.hiddenSize]);
  const cross = addCrossProjection(graph, checkpoint, products, states, layer);
  const sequenceShape = graph.integers([1, -1, text.hiddenSize]);
  return new DecoderLayers(graph, checkpoint, products, sequenceShape).add(words, layer, undefined, cross).rows;
}
