import { CodedError } from '@ekphrasis/errors';

/** No processing job has this id, it is another client's, or what is asked of it is not there yet. */
export class ProcessingNotFoundError extends CodedError {
  constructor(detail: string) {
    super('processing-not-found', detail, { retryable: false });
  }
}
