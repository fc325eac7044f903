import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from '@ekphrasis/errors';

const mostMessages = 1_000;

/** The body of `POST /api/messages`. */
export interface MessagesRequest {
  messages: string[];
}

@Injectable()
export class MessagesRequestPipe implements PipeTransform<unknown, MessagesRequest> {
  /** @throws {InvalidRequestError} */
  transform(body: unknown): MessagesRequest {
    const messages: unknown =
      typeof body === 'object' && body !== null && 'messages' in body ? body.messages : undefined;
    if (!Array.isArray(messages) || messages.length < 1 || messages.length > mostMessages) {
      throw new InvalidRequestError([
        `Expected {"messages": […]} with 1 to ${mostMessages} texts but received ${described(messages)}`,
      ]);
    }
    const wrong = messages.findIndex((message) => typeof message !== 'string');
    if (wrong < 0) return { messages: messages as string[] };
    throw new InvalidRequestError([
      `Expected a text for messages[${wrong}] but received ${described(messages[wrong] as unknown)}`,
    ]);
  }
}

function described(value: unknown): string {
  if (value === undefined) return 'nothing of the kind';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return value === null ? 'null' : `a ${typeof value}`;
}
