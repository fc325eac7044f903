import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { CodedError } from '@ekphrasis/errors';

/** A body that is not what its contract says. Never retried: it will not get better. */
export class MalformedMessageError extends CodedError {
  constructor(type: string, problem: string) {
    super('malformed-message', `Expected ${type} but received ${problem}`, { retryable: false });
  }
}

/** Writes and reads one kind of thing as JSON. */
export interface Codec<T extends object> {
  /** What is written, and in which version, e.g. `caption.requested.v1`. */
  readonly type: string;
  encode(message: T): Buffer;
  /** @throws {MalformedMessageError} naming the fields that are wrong */
  decode(content: Uint8Array): T;
}

/** One message type at one version: its name on the wire (the AMQP `type` property), its routing key and its schema. */
export interface MessageContract<T extends object> extends Codec<T> {
  readonly routingKey: string;
}

/** A message as it is published. */
export interface EncodedMessage {
  routingKey: string;
  /** The AMQP `type` property. */
  type: string;
  body: Buffer;
}

/**
 * @param schema a class whose fields carry class-validator's decorators; unknown fields are accepted and dropped,
 *   so that a newer sender may add some
 */
export function defineMessage<T extends object>(
  routingKey: string,
  version: number,
  schema: new () => T,
): MessageContract<T> {
  return { routingKey, ...codecOf(`${routingKey}.v${version}`, schema) };
}

export function encodeMessage<T extends object>(contract: MessageContract<T>, message: T): EncodedMessage {
  const { routingKey, type } = contract;
  return { routingKey, type, body: contract.encode(message) };
}

/** The same for what is kept and not sent. */
export function codecOf<T extends object>(type: string, schema: new () => T): Codec<T> {
  return {
    type,
    encode: (message) => Buffer.from(JSON.stringify(message)),
    decode(content) {
      const message = plainToInstance(schema, parseObject(type, content));
      const problems = validateSync(message, { whitelist: true, stopAtFirstError: true });
      if (problems.length > 0) throw new MalformedMessageError(type, problems.map(String).join('; ').trim());
      return message;
    },
  };
}

function parseObject(type: string, content: Uint8Array): object {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8'));
  } catch (error) {
    throw new MalformedMessageError(type, `no JSON (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedMessageError(type, Array.isArray(value) ? 'an array' : `a ${typeof value}`);
  }
  return value;
}
