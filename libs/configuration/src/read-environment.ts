import { CodedError } from '@ekphrasis/errors';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { describeSetting } from './redact-secrets.js';

/** Where settings come from: `process.env`, or a literal in a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One or several environment variables have wrong values; the message names each. */
export class InvalidEnvironmentError extends CodedError {
  constructor(readonly problems: readonly string[]) {
    super(
      'environment-invalid',
      `The environment is not valid.\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
      {
        retryable: false,
      },
    );
  }
}

/**
 * Reads the environment variables that `settingsClass` names into a frozen instance of it. The class's properties are
 * the variables' names, decorated with what is allowed; a property initialiser is the default. A variable that is empty or
 * blank counts as not set.
 * @throws InvalidEnvironmentError listing every wrong variable as "Expected X for NAME but received Y", secrets redacted
 */
export function readEnvironment<Settings extends object>(
  settingsClass: ClassConstructor<Settings>,
  environment: Environment = process.env,
): Readonly<Settings> {
  const given = textsOf(settingsClass, environment);
  const settings = plainToInstance(settingsClass, given);
  const errors = validateSync(settings, { forbidUnknownValues: false });
  if (errors.length > 0) throw new InvalidEnvironmentError(errors.map((error) => problemOf(error, given)));
  for (const value of Object.values(settings)) if (Array.isArray(value)) Object.freeze(value);
  return Object.freeze(settings);
}

function textsOf(settingsClass: ClassConstructor<object>, environment: Environment): Record<string, string> {
  const decorated = getMetadataStorage().getTargetValidationMetadatas(settingsClass, '', false, false);
  const texts: Record<string, string> = {};
  for (const { propertyName } of decorated) {
    const text = environment[propertyName]?.trim();
    if (text) texts[propertyName] = text;
  }
  return texts;
}

function problemOf(error: ValidationError, given: Record<string, string>): string {
  const message = Object.values(error.constraints ?? {})[0] ?? 'a valid value';
  const expected = message.startsWith('Expected ') ? message : `Expected that ${message}`;
  return `${expected} for ${error.property} but received ${describeSetting(error.property, given[error.property])}`;
}
