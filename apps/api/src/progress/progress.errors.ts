import { CodedError } from '@ekphrasis/errors';

/** As many event streams are open as may be (`EVENT_STREAMS_MAX`). */
export class TooManyStreamsError extends CodedError {
  constructor() {
    super('too-many-streams', 'Too many event streams are open', { retryable: true });
  }
}
