import { CodedError } from '../coded-errors.js';

/**
 * A bundle that cannot be loaded; the message names the file or field.
 * Codes: `bad-bundle`, `bundle-checksum` (a file is not what the manifest says), `bundle-too-new`.
 */
export class BundleError extends CodedError {
  constructor(code: 'bad-bundle' | 'bundle-checksum' | 'bundle-too-new', message: string, cause?: unknown) {
    super(code, message, { retryable: false, cause });
  }
}
