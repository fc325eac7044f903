import { CodedError } from '@ekphrasis/errors';

/** The model, which is sound, computes what is no number of this picture. */
export class NoNumbersError extends CodedError {
  constructor() {
    super('no-caption', 'The model cannot describe this picture', { retryable: false });
  }
}
