/** A tensor that lies in a file, found but not read. */
export interface StoredTensor {
  name: string;
  /** Of its elements, by safetensors' names: F32, F16, BF16, F64, I64 … */
  type: string;
  shape: readonly number[];
  /** The file's name, for messages. */
  file: string;
  /**
   * Its elements in row-major order as float32, in pieces of about a megabyte that are whole multiples of `unit` elements (1).
   * @throws CheckpointError where the type holds no fractions
   */
  pieces(unit?: number): AsyncGenerator<Float32Array>;
}

/** Named tensors, in whatever files: each is read from the disk when it is asked for, and none is kept. */
export interface WeightSource {
  /** The file, or the index of several, for messages. */
  readonly name: string;
  /** Paths of the files that hold the weights. */
  readonly paths: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  close(): Promise<void>;
}
