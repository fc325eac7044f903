import { processingOperations, type ProcessingOperation } from '@ekphrasis/contracts';
import { InvalidRequestError } from '@ekphrasis/errors';
import { describe } from '@ekphrasis/validation';

const usual: readonly ProcessingOperation[] = ['resize'];

/**
 * Reads a comma-separated list of operations; spaces around names are ignored, and nothing at all is the default.
 * @throws {InvalidRequestError} for a name that is unknown, or comes twice
 */
export function readOperations(value: unknown): ProcessingOperation[] {
  if (value === undefined || (typeof value === 'string' && value.trim() === '')) return [...usual];
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : [];
  const isKnown = (name: string): name is ProcessingOperation => processingOperations.some((known) => known === name);
  const unknown = names.find((name) => !isKnown(name));
  if (names.length === 0 || unknown !== undefined) {
    throw new InvalidRequestError([
      `Expected ${processingOperations.join(', ')} for operations but received ${describe(unknown ?? value)}`,
    ]);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InvalidRequestError([`Expected each of the operations once but received ${describe(twice)} twice`]);
  }
  return names.filter(isKnown);
}
