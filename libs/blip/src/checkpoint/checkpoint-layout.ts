import { pictureTokens, type BlipConfiguration } from './blip-configuration.js';

export type TensorShape = [name: string, shape: number[]];

/** Every tensor of a `BlipForConditionalGeneration` of the given sizes, as transformers saves it. */
export function checkpointLayout({ vision, text }: BlipConfiguration): TensorShape[] {
  const visionLayers = Array.from({ length: vision.layers }, (_, layer) => {
    const prefix = `vision_model.encoder.layers.${layer}`;
    return [
      ...norm(`${prefix}.layer_norm1`, vision.hiddenSize),
      ...norm(`${prefix}.layer_norm2`, vision.hiddenSize),
      ...linear(`${prefix}.self_attn.qkv`, vision.hiddenSize, 3 * vision.hiddenSize),
      ...linear(`${prefix}.self_attn.projection`, vision.hiddenSize, vision.hiddenSize),
      ...linear(`${prefix}.mlp.fc1`, vision.hiddenSize, vision.intermediateSize),
      ...linear(`${prefix}.mlp.fc2`, vision.intermediateSize, vision.hiddenSize),
    ];
  });
  const textLayers = Array.from({ length: text.layers }, (_, layer) => decoderLayer(layer, text, vision.hiddenSize));
  const { hiddenSize, vocabularySize } = text;
  const head = 'text_decoder.cls.predictions';
  return [
    ['vision_model.embeddings.class_embedding', [1, 1, vision.hiddenSize]],
    ['vision_model.embeddings.position_embedding', [1, pictureTokens(vision), vision.hiddenSize]],
    ['vision_model.embeddings.patch_embedding.weight', [vision.hiddenSize, 3, vision.patchSize, vision.patchSize]],
    ['vision_model.embeddings.patch_embedding.bias', [vision.hiddenSize]],
    ...visionLayers.flat(),
    ...norm('vision_model.post_layernorm', vision.hiddenSize),
    ['text_decoder.bert.embeddings.word_embeddings.weight', [vocabularySize, hiddenSize]],
    ['text_decoder.bert.embeddings.position_embeddings.weight', [text.maxPositions, hiddenSize]],
    ...norm('text_decoder.bert.embeddings.LayerNorm', hiddenSize),
    ...textLayers.flat(),
    ...linear(`${head}.transform.dense`, hiddenSize, hiddenSize),
    ...norm(`${head}.transform.LayerNorm`, hiddenSize),
    [`${head}.decoder.weight`, [vocabularySize, hiddenSize]],
    [`${head}.bias`, [vocabularySize]],
  ];
}

function decoderLayer(layer: number, text: BlipConfiguration['text'], visionSize: number): TensorShape[] {
  const prefix = `text_decoder.bert.encoder.layer.${layer}`;
  const size = text.hiddenSize;
  const attention = (name: string, contextSize: number): TensorShape[] => [
    ...linear(`${prefix}.${name}.self.query`, size, size),
    ...linear(`${prefix}.${name}.self.key`, contextSize, size),
    ...linear(`${prefix}.${name}.self.value`, contextSize, size),
    ...linear(`${prefix}.${name}.output.dense`, size, size),
    ...norm(`${prefix}.${name}.output.LayerNorm`, size),
  ];
  return [
    ...attention('attention', size),
    ...attention('crossattention', visionSize),
    ...linear(`${prefix}.intermediate.dense`, size, text.intermediateSize),
    ...linear(`${prefix}.output.dense`, text.intermediateSize, size),
    ...norm(`${prefix}.output.LayerNorm`, size),
  ];
}

function linear(name: string, inputs: number, outputs: number): TensorShape[] {
  return [
    [`${name}.weight`, [outputs, inputs]],
    [`${name}.bias`, [outputs]],
  ];
}

function norm(name: string, size: number): TensorShape[] {
  return [
    [`${name}.weight`, [size]],
    [`${name}.bias`, [size]],
  ];
}
