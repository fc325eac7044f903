import 'reflect-metadata';
import amqp from 'amqplib';
import { randomUUID } from 'node:crypto';
import { captionRequested, imagesExchange } from '@ekphrasis/contracts';
import { jobBody } from './bench-database.js';
import { answerTask } from './task.js';

export interface BarePublisherOptions {
  brokerUrl: string;
  messages: number;
  /** Messages that may wait for their confirm at once. */
  window: number;
}

/** Publishes jobs as fast as they are confirmed, and does nothing else. @returns confirmed messages per second */
async function publish({ brokerUrl, messages, window }: BarePublisherOptions): Promise<number> {
  const connection = await amqp.connect(brokerUrl, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const { routingKey, type } = captionRequested;
  const bodies = Array.from({ length: messages }, (_, index) => Buffer.from(jobBody(index + 1)));
  const startedAt = performance.now();
  await new Promise<void>((resolve, reject) => {
    let sent = 0;
    let confirmed = 0;
    const sendOne = (): void => {
      const body = bodies[sent];
      if (!body) return;
      sent += 1;
      const properties = {
        persistent: true,
        mandatory: true,
        messageId: randomUUID(),
        type,
        contentType: 'application/json',
      };
      channel.publish(imagesExchange.name, routingKey, body, properties, (refusal: unknown) => {
        if (refusal) return reject(new Error('the broker refused a message'));
        confirmed += 1;
        if (confirmed === messages) resolve();
        else sendOne();
      });
    };
    for (let index = 0; index < window; index += 1) sendOne();
  });
  const perSecond = messages / ((performance.now() - startedAt) / 1000);
  await connection.close();
  return perSecond;
}

answerTask(publish);
