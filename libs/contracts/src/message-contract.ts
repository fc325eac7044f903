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

/** One message type at one version: its name on the wire, its routing key and its schema. */
export interface MessageContract<T extends object> {
  /** The AMQP `type` property: the routing key and the version, e.g. `caption.requested.v1`. */
  readonly type: string;
  readonly routingKey: string;
  encode(message: T): Buffer;
  /** @throws {MalformedMessageError} naming the fields that are wrong */
  decode(content: Uint8Array): T;
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
  const type = `${routingKey}.v${version}`;
  return {
    type,
    routingKey,
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
