import { CheckpointError } from './checkpoint-error.js';
import { FieldReader, type JsonObject } from './json-file.js';

/** The vision encoder's sizes: a ViT, which cuts the picture into patches. All are whole numbers of at least 1 but the epsilon. */
export interface VisionConfiguration {
  /** Side of the square picture in pixels, a multiple of `patchSize`: 384 in the published captioners. */
  imageSize: number;
  /** Side of a patch in pixels: 16. */
  patchSize: number;
  /** Numbers of a token's state, a multiple of `heads`: 768 in BLIP-base, 1,024 in BLIP-large. */
  hiddenSize: number;
  /** Numbers between the two products of a layer's feed-forward part, 4 × `hiddenSize` in both. */
  intermediateSize: number;
  /** Transformer layers: 12 and 24. */
  layers: number;
  /** Attention heads of a layer: 12 and 16. */
  heads: number;
  /** What a layer norm adds to the variance before its root: positive and tiny, 1e-5. */
  layerNormEpsilon: number;
}

/** The text decoder's sizes: a BERT with cross-attention. All are whole numbers of at least 1 but the epsilon and the ids. */
export interface TextConfiguration {
  /** Tokens that there are: 30,524. Ids are from 0 to one less. */
  vocabularySize: number;
  /** Numbers of a token's state, a multiple of `heads`: 768. */
  hiddenSize: number;
  /** Numbers between the two products of a layer's feed-forward part: 3,072. */
  intermediateSize: number;
  /** Transformer layers: 12. */
  layers: number;
  /** Attention heads of a layer: 12. */
  heads: number;
  /** The longest sequence in tokens, with the first and the last: 512. */
  maxPositions: number;
  /** What a layer norm adds to the variance before its root: positive and tiny, 1e-12. */
  layerNormEpsilon: number;
  /** The id of what a caption starts with, below `vocabularySize`. */
  bosTokenId: number;
  /** The id of what a caption ends with, below `vocabularySize`; the reference ends at sep, not at eos. */
  sepTokenId: number;
}

/** What `config.json` says of a captioner's shape, checked: the encoder's states are what the decoder's cross-attention takes. */
export interface BlipConfiguration {
  vision: VisionConfiguration;
  text: TextConfiguration;
}

const captioner = 'BlipForConditionalGeneration';

/** What the models that are often taken for a BLIP captioner are, by architecture or else by model type. */
const otherModels: Readonly<Record<string, string>> = {
  BlipForQuestionAnswering: 'a BLIP that answers questions about pictures',
  BlipForImageTextRetrieval: 'a BLIP that compares pictures with texts',
  BlipModel: 'a BLIP without a head',
  'blip-2': 'a BLIP-2',
  instructblip: 'an InstructBLIP',
  'vision-encoder-decoder': 'a vision encoder and text decoder of other kinds',
  git: 'a GIT',
};

/**
 * Reads `config.json` of a `BlipForConditionalGeneration`. Absent fields take the defaults of transformers' `BlipConfig`,
 * since its newer versions write only what differs from them.
 * @param place what messages call the file
 * @throws CheckpointError naming the field
 */
export function parseBlipConfiguration(json: JsonObject, place = 'config.json'): BlipConfiguration {
  refuseOtherModels(json, place);
  const root = new FieldReader(json, `${place}: `);
  return { vision: parseVision(root.child('vision_config')), text: parseText(root.child('text_config')) };
}

/** Tokens of a picture: its patches and the class token, 577 at 384 pixels. */
export function pictureTokens(vision: VisionConfiguration): number {
  return (vision.imageSize / vision.patchSize) ** 2 + 1;
}

/** A newer transformers may leave `architectures` out; every one writes `model_type`. */
function refuseOtherModels(json: JsonObject, place: string): void {
  const type = json['model_type'];
  const architectures = Array.isArray(json['architectures']) ? (json['architectures'] as unknown[]) : [];
  if (type === 'blip' && (architectures.length === 0 || architectures.includes(captioner))) return;
  const name = [...architectures, type].find((item) => typeof item === 'string' && Object.hasOwn(otherModels, item));
  const kind = name === undefined ? 'another model' : otherModels[name as string];
  const found = `model_type ${JSON.stringify(type ?? null)}, architectures ${JSON.stringify(architectures)}`;
  throw new CheckpointError(
    'unsupported-checkpoint',
    `${place}: expected a BLIP captioner (model_type "blip", architectures ["${captioner}"]) but found ${kind} (${found})`,
  );
}

function parseVision(fields: FieldReader): VisionConfiguration {
  fields.oneOf('hidden_act', ['gelu'], 'gelu');
  const vision = {
    imageSize: fields.count('image_size', 384),
    patchSize: fields.count('patch_size', 16),
    hiddenSize: fields.count('hidden_size', 768),
    intermediateSize: fields.count('intermediate_size', 3072),
    layers: fields.count('num_hidden_layers', 12),
    heads: fields.count('num_attention_heads', 12),
    layerNormEpsilon: fields.number('layer_norm_eps', 1e-5),
  };
  if (vision.imageSize % vision.patchSize !== 0) {
    throw fields.wrong('image_size', `a multiple of patch_size ${vision.patchSize}`, vision.imageSize);
  }
  refuseUnevenHeads(fields, vision);
  return vision;
}

function parseText(fields: FieldReader): TextConfiguration {
  fields.oneOf('hidden_act', ['gelu'], 'gelu');
  const text = {
    vocabularySize: fields.count('vocab_size', 30524),
    hiddenSize: fields.count('hidden_size', 768),
    intermediateSize: fields.count('intermediate_size', 3072),
    layers: fields.count('num_hidden_layers', 12),
    heads: fields.count('num_attention_heads', 8),
    maxPositions: fields.count('max_position_embeddings', 512),
    layerNormEpsilon: fields.number('layer_norm_eps', 1e-12),
    bosTokenId: fields.count('bos_token_id', 30522, 0),
    sepTokenId: fields.count('sep_token_id', 102, 0),
  };
  refuseUnevenHeads(fields, text);
  for (const [field, id] of [
    ['bos_token_id', text.bosTokenId],
    ['sep_token_id', text.sepTokenId],
  ] as const) {
    if (id >= text.vocabularySize) throw fields.wrong(field, `an id below vocab_size ${text.vocabularySize}`, id);
  }
  return text;
}

function refuseUnevenHeads(fields: FieldReader, size: { hiddenSize: number; heads: number }): void {
  if (size.hiddenSize % size.heads !== 0) {
    throw fields.wrong('hidden_size', `a multiple of num_attention_heads ${size.heads}`, size.hiddenSize);
  }
}
