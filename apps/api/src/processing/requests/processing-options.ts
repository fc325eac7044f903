import {
  filterNames,
  processingOperations,
  resizeFits,
  watermarkPositions,
  type FilterName,
  type ProcessingOptions,
  type ResizeFit,
  type WatermarkPosition,
} from '@ekphrasis/contracts';
import { InvalidRequestError } from '@ekphrasis/errors';
import { describe, Expected, IfGiven, isText, isWhole, refuseUnexpected, wellFormed } from '@ekphrasis/validation';

const longestSide = 10_000;
const textCharacters = 200;
const isSide = Expected(`a whole number from 1 to ${longestSide}`, isWhole(1, longestSide));
const isOneOf = (values: readonly string[]): PropertyDecorator =>
  Expected(values.join(', ').replace(/, (\S+)$/, ' or $1'), (value) => values.includes(value as string));
const isShown = (value: unknown): boolean => isText(textCharacters)(value) && (value as string).trim() !== '';

class ResizeFields {
  @IfGiven() @isSide width?: number;
  @IfGiven() @isSide height?: number;
  @IfGiven() @isOneOf(resizeFits) fit?: ResizeFit;
  @IfGiven() @Expected('true or false', (value) => typeof value === 'boolean') enlarge?: boolean;
}

class WatermarkFields {
  @IfGiven()
  @Expected(`a text of 1 to ${textCharacters} characters without NUL`, isShown)
  text?: string;
  @IfGiven() @isOneOf(watermarkPositions) position?: WatermarkPosition;
  @IfGiven()
  @Expected('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1)
  opacity?: number;
}

class FilterFields {
  @IfGiven() @isOneOf(filterNames) name?: FilterName;
}

const fieldsOf = {
  resize: { type: ResizeFields, names: ['width', 'height', 'fit', 'enlarge'] },
  watermark: { type: WatermarkFields, names: ['text', 'position', 'opacity'] },
  filter: { type: FilterFields, names: ['name'] },
} as const;

/**
 * Reads what a client says of operations.
 * @returns undefined where that is nothing
 * @throws {InvalidRequestError} naming the field that is unknown or wrong
 */
export function readProcessingOptions(value: unknown): ProcessingOptions | undefined {
  if (value === undefined) return undefined;
  const given = objectOf('options', value, processingOperations);
  const options: ProcessingOptions = {};
  for (const operation of processingOperations) {
    if (given[operation] === undefined) continue;
    const { type, names } = fieldsOf[operation];
    const fields = Object.assign(new type(), objectOf(`options.${operation}`, given[operation], names));
    refuseUnexpected(fields, `options.${operation}.`);
    if (fields instanceof WatermarkFields && fields.text !== undefined) fields.text = wellFormed(fields.text);
    Object.assign(options, { [operation]: { ...fields } });
  }
  return Object.keys(options).length > 0 ? options : undefined;
}

/** @throws {InvalidRequestError} where it is no object, or has other fields */
function objectOf(path: string, value: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidRequestError([`Expected an object for ${path} but received ${describe(value)}`]);
  }
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InvalidRequestError([`Expected ${names.join(', ')} in ${path} but received ${describe(unknown)}`]);
  }
  return value as Record<string, unknown>;
}
