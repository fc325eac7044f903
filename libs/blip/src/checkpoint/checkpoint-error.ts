import { CodedError } from '../coded-errors.js';

export type CheckpointErrorCode =
  'bad-checkpoint' | 'bad-safetensors' | 'bad-pytorch-file' | 'unsafe-pytorch-file' | 'unsupported-checkpoint';

/**
 * A checkpoint that cannot be compiled; the message names the file and the tensor or field. `unsafe-pytorch-file` is one whose
 * pickle wants something else than to describe tensors; nothing of it was done.
 */
export class CheckpointError extends CodedError {
  constructor(code: CheckpointErrorCode, message: string, cause?: unknown) {
    super(code, message, { retryable: false, cause });
  }
}
