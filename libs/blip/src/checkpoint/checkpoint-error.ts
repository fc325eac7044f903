import { CodedError } from '../coded-errors.js';

/**
 * A checkpoint that cannot be compiled; the message names the file and the tensor or field.
 * Codes: `bad-safetensors`, `bad-checkpoint`, `unsupported-checkpoint`.
 */
export class CheckpointError extends CodedError {
  constructor(code: 'bad-safetensors' | 'bad-checkpoint' | 'unsupported-checkpoint', message: string, cause?: unknown) {
    super(code, message, { retryable: false, cause });
  }
}
