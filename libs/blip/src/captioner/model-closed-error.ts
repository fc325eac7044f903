import { CodedError } from '../coded-errors.js';

/** Captioning was asked of a model that was closed. */
export class ModelClosedError extends CodedError {
  constructor() {
    super('model-closed', 'The caption model is closed', { retryable: true });
  }
}
