import { pictureTokens, type BlipConfiguration } from '../checkpoint/blip-configuration.js';
import { Tensor } from '../captioner/onnx-runtime.js';
import type { Stage } from './stages.js';

/** What flows from stage to stage for one picture, and for the words that are put into its caption's place. */
export class StageStream {
  private readonly tensors = new Map<string, Tensor>();
  /** The best next word after each word, and its logit. */
  private readonly best: { id: number; logit: number }[];
  /** Memory that no stage reads any more, by its length: what a stage writes is not left to the garbage collector. */
  private readonly spare = new Map<number, Float32Array>();

  constructor(
    private readonly model: BlipConfiguration,
    pixelValues: Float32Array,
    ids: Int32Array,
  ) {
    const { imageSize } = model.vision;
    this.best = Array.from(ids, () => ({ id: -1, logit: -Infinity }));
    this.tensors.set('pixel_values', new Tensor('float32', pixelValues, [1, 3, imageSize, imageSize]));
    this.tensors.set('input_ids', new Tensor('int32', ids, [1, ids.length]));
  }

  /** A stage's input by its name. */
  tensor(name: string): Tensor {
    return this.tensors.get(name)!;
  }

  /** Where a stage shall write its result, [rows, width]; null where ONNX Runtime shall make the memory. */
  room({ makes }: Stage): Tensor | null {
    if (makes === 'logits') return null;
    const { vision, text } = this.model;
    const dims = makes === 'words' ? [this.best.length, text.hiddenSize] : [pictureTokens(vision), vision.hiddenSize];
    const length = dims[0]! * dims[1]!;
    const memory = this.spare.get(length) ?? new Float32Array(length);
    this.spare.set(length, memory);
    return new Tensor('float32', memory, dims);
  }

  /** Keeps a stage's result for the stages after it. */
  take(stage: Stage, result: Tensor): void {
    const values = result.data as Float32Array;
    if (stage.makes === 'logits') return this.compareLogits(values, stage.wordOf!);
    const last = this.tensors.get(stage.makes)?.data as Float32Array | undefined;
    this.tensors.set(stage.makes, result);
    if (last) this.spare.set(last.length, last);
    else this.spare.delete(values.length);
  }

  /** The encoder's states. */
  get states(): Float32Array {
    return this.tensors.get('states')!.data as Float32Array;
  }

  /** The most likely next word after each word. */
  get nextWords(): number[] {
    return this.best.map(({ id }) => id);
  }

  private compareLogits(logits: Float32Array, wordOf: (output: number) => number): void {
    const count = logits.length / this.best.length;
    for (const [place, logit] of logits.entries()) {
      const best = this.best[Math.floor(place / count)]!;
      if (logit > best.logit) Object.assign(best, { id: wordOf(place % count), logit });
    }
  }
}
