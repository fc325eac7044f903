import { redactSecrets } from '@ekphrasis/configuration';
import {
  destination as openOutput,
  pino,
  stdSerializers,
  stdTimeFunctions,
  type DestinationStream,
  type Logger,
} from 'pino';
import type { LoggingSettings } from './logging.settings.js';
import { createTextDestination } from './text-destination.js';

/** One for the whole process: two would cut into each other's lines where whoever reads them is slow. */
let standardOutput: DestinationStream | undefined;

/** Characters of one text in a line; what is longer is cut before it is looked at: strangers write some of it. */
const LONGEST_TEXT = 16_384;

const SECRET_FIELDS = ['password', 'secret', 'token', 'authorization', 'cookie', 'secretAccessKey', 'apiKey'];

/**
 * A process's logger. Secrets are blotted out: fields that are named like one, and in every message, field and error the
 * passwords and queries of URLs.
 * @param service the process's name, in every line
 * @param destination where lines go; by default the standard output
 */
export function createLogger(settings: LoggingSettings, service: string, destination?: DestinationStream): Logger {
  const output = destination ?? (standardOutput ??= openOutput(1));
  return pino(
    {
      level: settings.LOG_LEVEL,
      base: { service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }), log: redactedFields },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '***' },
      serializers: { err: redactedError, error: redactedError },
      hooks: {
        logMethod(parameters, method) {
          method.apply(this, parameters.map(redacted) as typeof parameters);
        },
      },
    },
    settings.LOG_FORMAT === 'text' ? createTextDestination(output) : output,
  );
}

function redactedError(error: Error): unknown {
  const serialized: unknown = stdSerializers.err(error);
  if (typeof serialized !== 'object' || serialized === null) return serialized;
  return redactedFields(serialized);
}

function redactedFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]: [string, unknown]) => [name, redacted(value)]));
}

function redacted(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const left = value.length - LONGEST_TEXT;
  return left <= 0 ? redactSecrets(value) : `${redactSecrets(value.slice(0, LONGEST_TEXT))}… ${left} more characters`;
}
