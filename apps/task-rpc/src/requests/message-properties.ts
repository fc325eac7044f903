import type { ConsumeMessage } from 'amqplib';
import { retriedRequestsKey } from '@ekphrasis/contracts';

/** How often a request was tried again: counted here, since RabbitMQ 4 ignores `x-death` on what is published again. */
export const retryCountHeader = 'x-retry-count';
/** What a broker does by a header is for whoever sent it, not for us who send it again. */
const brokersHeaders = /^(?:cc|bcc|x-death|x-first-death-.*|x-last-death-.*|x-delivery-count|x-delay)$/i;
const longestShortText = 255;
const longestHeader = 4_096;

/** A property of at most 255 bytes, as AMQP can carry it; undefined for one that could not be sent again. */
export function shortText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || value.includes('\uFFFD')) return undefined;
  return Buffer.byteLength(value) <= longestShortText ? value : undefined;
}

/** How many retries a request has behind it. */
export function retryCountOf({ properties }: ConsumeMessage): number {
  const count: unknown = properties.headers?.[retryCountHeader];
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** A request on its way to be tried again: as it came, and with one more retry behind it. */
export function retriedMessage({ content, properties }: ConsumeMessage, retryCount: number) {
  const correlationId = shortText(properties.correlationId);
  const replyTo = shortText(properties.replyTo);
  return {
    routingKey: retriedRequestsKey,
    type: shortText(properties.type) ?? 'api.request',
    body: content,
    headers: { ...sendableHeaders(properties.headers ?? {}), [retryCountHeader]: retryCount },
    ...(correlationId !== undefined && { correlationId }),
    ...(replyTo !== undefined && { replyTo }),
  };
}

function sendableHeaders(headers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => {
      if (brokersHeaders.test(name) || shortText(name) === undefined) return false;
      if (typeof value === 'string') return value.length <= longestHeader && !value.includes('\uFFFD');
      return typeof value === 'boolean' || Number.isSafeInteger(value);
    }),
  );
}
