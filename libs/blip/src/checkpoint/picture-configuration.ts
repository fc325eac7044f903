import { FieldReader, type JsonObject } from './json-file.js';

/** How pixels become the encoder's input. */
export interface PictureConfiguration {
  /** Width and height in pixels. */
  size: number;
  /** Mean and standard deviation by colour, of values in 0..1. */
  mean: [number, number, number];
  standardDeviation: [number, number, number];
}

const clipMean = [0.48145466, 0.4578275, 0.40821073];
const clipStandardDeviation = [0.26862954, 0.26130258, 0.27577711];
const bicubic = 3;
/** As transformers writes it, and as exact division reads. */
const rescaleFactors = [1 / 255, 0.00392156862745098];

/**
 * Reads `preprocessor_config.json` (`BlipImageProcessor`); without one, CLIP's numbers at the encoder's size.
 * @throws CheckpointError naming the field
 */
export function parsePictureConfiguration(json: JsonObject | undefined, imageSize: number): PictureConfiguration {
  const fields = new FieldReader(json ?? {}, 'preprocessor_config.json: ');
  fields.oneOf('resample', [bicubic], bicubic);
  fields.oneOf('rescale_factor', rescaleFactors, rescaleFactors[0]!);
  for (const step of ['do_resize', 'do_rescale', 'do_normalize']) fields.oneOf(step, [true], true);
  const size = fields.raw('size') ?? imageSize;
  for (const [side, value] of Object.entries(typeof size === 'object' && size !== null ? size : { size })) {
    if (value !== imageSize) throw fields.wrong(`size.${side}`, `the encoder's image_size ${imageSize}`, value);
  }
  return {
    size: imageSize,
    mean: fields.colours('image_mean', clipMean),
    standardDeviation: fields.colours('image_std', clipStandardDeviation),
  };
}
