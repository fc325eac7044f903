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

const SECRET_FIELDS = ['password', 'secret', 'token', 'authorization', 'cookie', 'secretAccessKey', 'apiKey'];

/**
 * A process's logger. Secrets are blotted out: fields that are named like one, and passwords in any URL of a message or an error.
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
      formatters: { level: (level) => ({ level }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '***' },
      serializers: { err: redactedError, error: redactedError },
      hooks: {
        logMethod(parameters, method) {
          const redacted = parameters.map((parameter: unknown) =>
            typeof parameter === 'string' ? redactSecrets(parameter) : parameter,
          );
          method.apply(this, redacted as typeof parameters);
        },
      },
    },
    settings.LOG_FORMAT === 'text' ? createTextDestination(output) : output,
  );
}

function redactedError(error: Error): unknown {
  const serialized: unknown = stdSerializers.err(error);
  if (typeof serialized !== 'object' || serialized === null) return serialized;
  const entries = Object.entries(serialized).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? redactSecrets(value) : value,
  ]);
  return Object.fromEntries(entries);
}
