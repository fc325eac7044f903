import { CodedError } from '@ekphrasis/errors';

export class DeadLetterNotFoundError extends CodedError {
  constructor() {
    super('dead-letter-not-found', 'No dead letter has this id, or it was sent again already', { retryable: false });
  }
}

export class DeadLetterUnreadableError extends CodedError {
  constructor() {
    super('dead-letter-unreadable', 'Its body is no job that a worker could understand', { retryable: false });
  }
}
