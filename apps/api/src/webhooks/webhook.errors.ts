import { CodedError } from '@ekphrasis/errors';

/** A webhook that is disabled is told of nothing. HTTP 409. */
export class WebhookDisabledError extends CodedError {
  constructor() {
    super('webhook-disabled', 'This webhook is disabled: enable it first, by PATCH with {"enabled": true}', {
      retryable: false,
    });
  }
}
