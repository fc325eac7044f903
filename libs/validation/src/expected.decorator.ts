import { InvalidRequestError } from '@ekphrasis/errors';

/** What is expected of a field. */
interface Expectation {
  what: string;
  isValid: (value: unknown) => boolean;
  /** Whether it may be left out. */
  isOptional: boolean;
}

type Expectations = Map<string | symbol, Expectation>;

/** By the prototype of the class that has the fields, its ancestors' fields last. */
const declared = new WeakMap<object, Expectations>();

/** Holds a field to `isValid`. @param what the problem says was expected */
export function Expected(what: string, isValid: (value: unknown) => boolean): PropertyDecorator {
  return (type, field) => {
    const expectations = declared.get(type) ?? new Map<string | symbol, Expectation>();
    declared.set(type, expectations.set(field, { what, isValid, isOptional: false }));
  };
}

/** Leaves a field alone that was not given. Stands before its `Expected`. */
export function IfGiven(): PropertyDecorator {
  return (type, field) => {
    const expectation = declared.get(type)?.get(field);
    if (!expectation) throw new TypeError(`Expected an Expected behind IfGiven of ${String(field)}`);
    expectation.isOptional = true;
  };
}

/**
 * Its own look-up and not class-validator's, which goes through all classes that there are for each object, and was a tenth of what the
 * API spent on an accepted image (`npm run bench:beside`).
 *
 * @param path what stands before a field's name
 * @throws {InvalidRequestError} with a sentence for each field that is not what its `Expected` says
 */
export function refuseUnexpected(dto: object, path = ''): void {
  const problems: string[] = [];
  for (let type = prototypeOf(dto); type; type = prototypeOf(type)) {
    for (const [field, { what, isValid, isOptional }] of declared.get(type) ?? []) {
      const value: unknown = dto[field as keyof typeof dto];
      if ((isOptional && value === undefined) || isValid(value)) continue;
      problems.push(`Expected ${what} for ${path}${String(field)} but received ${describe(value)}`);
    }
  }
  if (problems.length > 0) throw new InvalidRequestError(problems);
}

function prototypeOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
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
