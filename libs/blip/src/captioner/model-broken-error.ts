import { CodedError } from '../coded-errors.js';

/** The model computes what is no number: its weights are damaged. It says nothing about the picture. */
export class ModelBrokenError extends CodedError {
  constructor(message: string) {
    super('model-broken', message, { retryable: true, attemptCounts: false });
  }
}
