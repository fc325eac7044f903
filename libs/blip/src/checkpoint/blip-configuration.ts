import { FieldReader, type JsonObject } from './json-file.js';

export interface VisionConfiguration {
  imageSize: number;
  patchSize: number;
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  layerNormEpsilon: number;
}

export interface TextConfiguration {
  vocabularySize: number;
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  maxPositions: number;
  layerNormEpsilon: number;
  /** What a caption starts with. */
  bosTokenId: number;
  /** What a caption ends with; the reference ends at sep, not at eos. */
  sepTokenId: number;
}

export interface BlipConfiguration {
  vision: VisionConfiguration;
  text: TextConfiguration;
}

/**
 * Reads `config.json` of a `BlipForConditionalGeneration`. Absent fields take the defaults of transformers' `BlipConfig`,
 * since its newer versions write only what differs from them.
 * @throws CheckpointError naming the field
 */
export function parseBlipConfiguration(json: JsonObject): BlipConfiguration {
  const root = new FieldReader(json, 'config.json: ');
  root.oneOf('model_type', ['blip'], 'missing');
  const architectures = root.raw('architectures');
  if (Array.isArray(architectures) && !architectures.includes('BlipForConditionalGeneration')) {
    throw root.wrong('architectures', '"BlipForConditionalGeneration"', architectures, 'unsupported-checkpoint');
  }
  return { vision: parseVision(root.child('vision_config')), text: parseText(root.child('text_config')) };
}

/** Tokens of a picture: its patches and the class token. */
export function pictureTokens(vision: VisionConfiguration): number {
  return (vision.imageSize / vision.patchSize) ** 2 + 1;
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
