import { CodedError } from '@ekphrasis/errors';

/** There is no open channel to the broker now. Nothing was sent. */
export class BrokerUnavailableError extends CodedError {
  constructor(detail: string, cause?: unknown) {
    super('broker-unavailable', `RabbitMQ cannot be reached: ${detail}`, {
      retryable: true,
      attemptCounts: false,
      cause,
    });
  }
}

/** Sent, but neither confirmed nor refused: the broker may have it. Sending again may make a second copy. */
export class PublishUnknownError extends CodedError {
  constructor(detail: string) {
    super('publish-unknown', `The broker has not confirmed the message: ${detail}`, {
      retryable: true,
      attemptCounts: false,
    });
  }
}

/** The broker refused the message: a queue is full, or no queue is bound for it. */
export class PublishRefusedError extends CodedError {
  constructor(routingKey: string, detail: string) {
    super('publish-refused', `The broker refused ${routingKey}: ${detail}`, { retryable: true, attemptCounts: false });
  }
}
