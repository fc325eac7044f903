import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { answersQueue, deadRequestsKey, requestExchange, requestsQueue } from '@ekphrasis/contracts';
import { codeOf, isCodedError } from '@ekphrasis/errors';
import { Consumers, Publisher, type HeldDelivery, type OutgoingMessage } from '@ekphrasis/messaging';
import { TaskRpcSettings } from '../task-rpc.settings.js';
import type { Served } from '../idempotency/processed-requests.repository.js';
import { errorAnswer } from './answer.js';
import { deadLetterBody } from './dead-letter.js';
import { retriedMessage, retryCountOf, shortText } from './message-properties.js';
import { RequestRefusedError } from './request.errors.js';
import { isUsableId, readBody } from './task-request.js';
import { RequestsService, type Incoming } from './requests.service.js';

const mostRetries = 3;
const ownQueueNamed = 'Expected a queue of the caller’s for reply_to but received one of the API’s';

/** Queues in which answers would come back to us or to others of ours as something that they are not, for injection. */
export const OWN_QUEUES = Symbol('own queues');

/** A request and its message, with where its answer goes. */
interface Held extends Incoming {
  readonly delivery: HeldDelivery;
  readonly correlationId: string | undefined;
  readonly replyTo: string | undefined;
}

/**
 * Takes requests and sends what they come to, by the protocol's own rules:
 *
 * | served, now or before              | the answer is published, confirmed, and then the request acked        |
 * | refused for the first time         | a copy to `api.requests.dlq`, confirmed; then as above                 |
 * | failed for a reason that may pass  | to `api.requests.retry`, with `x-retry-count` one higher; then acked   |
 * | the same, for the fourth time      | a copy to `api.requests.dlq`, an error answer; then acked              |
 * | failed in a way nobody foresaw     | the same at once                                                       |
 *
 * Killed in between, the request comes again, and is answered as before.
 */
@Injectable()
export class RequestsConsumer implements OnApplicationBootstrap {
  private readonly logger = new Logger(RequestsConsumer.name);

  constructor(
    private readonly consumers: Consumers,
    private readonly publisher: Publisher,
    private readonly requests: RequestsService,
    @Inject(OWN_QUEUES) private readonly ownQueues: ReadonlySet<string>,
    private readonly settings: TaskRpcSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.deliveries({
      readiness: 'requests',
      queue: requestsQueue.name,
      prefetch: this.settings.RPC_REQUESTS_AT_ONCE,
      drainMs: this.settings.SHUTDOWN_TIMEOUT_MS,
      handle: (delivery) => this.handle(this.read(delivery)),
    });
  }

  private read(delivery: HeldDelivery): Held {
    const { content, properties } = delivery.message;
    const correlationId = shortText(properties.correlationId);
    const given = shortText(properties.replyTo);
    const isOwn = given !== undefined && this.ownQueues.has(given);
    const read = readBody(content);
    const id = read.id ?? (isUsableId(correlationId) ? correlationId : '');
    return {
      content,
      read,
      id,
      delivery,
      correlationId,
      replyTo: isOwn ? undefined : given,
      ...(isOwn && { refusal: new RequestRefusedError(ownQueueNamed) }),
    };
  }

  private async handle(held: Held): Promise<void> {
    try {
      const served = await this.requests.serve(held, (reason) => this.publisher.publish(this.deadLetter(held, reason)));
      await this.answer(held, served.answer);
      this.tell(held, served);
    } catch (error) {
      await this.failed(held, error as Error);
    }
  }

  private async failed(held: Held, error: Error): Promise<void> {
    const { delivery, id } = held;
    const mayPass = isCodedError(error) && error.retryable;
    const retries = retryCountOf(delivery.message);
    if (mayPass && retries < mostRetries) {
      const retried = { exchange: requestExchange.name, ...retriedMessage(delivery.message, retries + 1) };
      await delivery.publish(retried);
      this.logger.warn({
        ...fieldsOf(held),
        code: error.code,
        msg: `retry #${retries + 1} for ${id} because ${error.message}`,
      });
      return;
    }
    const reason = mayPass ? `retries exhausted: ${error.message}` : 'unexpected error';
    await delivery.publish(this.deadLetter(held, reason));
    await this.answer(held, errorAnswer(id === '' ? null : id, reason));
    const line = { ...fieldsOf(held), code: codeOf(error), msg: `dead-lettered: ${id} err=${reason}` };
    this.logger.error(mayPass ? line : { ...line, err: error });
  }

  /** A queue that is gone, or takes no more, has nobody who waits any longer. */
  private async answer(held: Held, answer: string): Promise<void> {
    const { delivery, correlationId, replyTo, id } = held;
    const property = correlationId ?? shortText(id);
    const address =
      replyTo === undefined
        ? { exchange: requestExchange.name, routingKey: answersQueue.name }
        : { exchange: '', routingKey: replyTo };
    const message = {
      ...address,
      destination: replyTo === undefined ? answersQueue.name : 'reply_to',
      type: 'api.response',
      body: Buffer.from(answer),
      ...(property !== undefined && { correlationId: property }),
    };
    await delivery.publish(message, (error) => {
      const isGone = replyTo !== undefined && codeOf(error) === 'publish-refused';
      if (isGone) this.logger.warn({ ...fieldsOf(held), msg: `undeliverable: ${id} ${error.message}` });
      return isGone;
    });
  }

  private deadLetter({ delivery, read, correlationId, replyTo }: Held, reason: string): OutgoingMessage {
    const { headers = {} } = delivery.message.properties;
    const body = deadLetterBody({ read, reason, correlationId, replyTo, headers });
    return {
      exchange: requestExchange.name,
      routingKey: deadRequestsKey,
      type: 'api.dead-request',
      body,
      ...(correlationId !== undefined && { correlationId }),
    };
  }

  private tell(held: Held, { outcome, reason }: Served): void {
    const { id, read } = held;
    const what = read.request ? `${read.request.version}.${read.request.action}` : 'unreadable';
    if (outcome === 'done') this.logger.log({ ...fieldsOf(held), msg: `ok: ${id} ${what}` });
    if (outcome === 'replayed') this.logger.log({ ...fieldsOf(held), msg: `idem-replay: ${id} ${what}` });
    if (outcome === 'refused') this.logger.warn({ ...fieldsOf(held), msg: `dead-lettered: ${id} err=${reason}` });
  }
}

function fieldsOf({ id, delivery }: Held): Record<string, unknown> {
  return { requestId: id, queue: requestsQueue.name, retries: retryCountOf(delivery.message) };
}
