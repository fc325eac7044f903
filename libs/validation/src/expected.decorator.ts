import { ValidateBy, ValidateIf, validateSync } from 'class-validator';
import { InvalidRequestError } from '@ekphrasis/errors';

/** Holds a field to `isValid`. @param what the problem says was expected */
export function Expected(what: string, isValid: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: 'expected', validator: { validate: isValid, defaultMessage: () => what } });
}

/**
 * @param path what stands before a field's name
 * @throws {InvalidRequestError} with a sentence for each field that is not what its `Expected` says
 */
export function refuseUnexpected(dto: object, path = ''): void {
  const problems = validateSync(dto, { stopAtFirstError: true });
  if (problems.length === 0) return;
  throw new InvalidRequestError(
    problems.flatMap(({ property, value, constraints = {} }) =>
      Object.values(constraints).map(
        (what) => `Expected ${what} for ${path}${property} but received ${describe(value)}`,
      ),
    ),
  );
}

/** Leaves a field alone that was not given. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** Short, whatever came: a client may nest its JSON deeper than a stack is high. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** Whether it is a text that a database takes, of `longest` characters at most: code points, as a reader would count most of them. */
export function isText(longest: number): (value: unknown) => boolean {
  return (value) =>
    typeof value === 'string' &&
    !value.includes('\0') &&
    (value.length <= longest || (value.length <= 2 * longest && [...value].length <= longest));
}

export function isWhole(least: number, most: number): (value: unknown) => boolean {
  return (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}
