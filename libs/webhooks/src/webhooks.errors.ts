import { CodedError } from '@ekphrasis/errors';

/** There is no such webhook, or it is another client's. HTTP 404. */
export class WebhookNotFoundError extends CodedError {
  constructor() {
    super('webhook-not-found', 'No webhook of this client has this id', { retryable: false });
  }
}

/** There is no such delivery of this webhook, or it is kept no longer. HTTP 404. */
export class DeliveryNotFoundError extends CodedError {
  constructor() {
    super('delivery-not-found', 'No delivery of this webhook has this id', { retryable: false });
  }
}
