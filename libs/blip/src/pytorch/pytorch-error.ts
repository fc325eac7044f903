import { CheckpointError } from '../checkpoint/checkpoint-error.js';

/** A file that contradicts itself or the format, or has been damaged. */
export function broken(file: string, why: string, cause?: unknown): CheckpointError {
  return new CheckpointError('bad-pytorch-file', `${file}: ${why}`, cause);
}

/** A file whose pickle wants something that describing tensors does not need. */
export function unsafe(file: string, why: string): CheckpointError {
  return new CheckpointError('unsafe-pytorch-file', `${file}: ${why}`);
}
