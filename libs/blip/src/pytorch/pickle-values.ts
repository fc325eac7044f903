import { quoted } from '../weights/quoted.js';

/** What a restricted pickle can describe. Values may contain each other, and themselves: never walk them without a bound. */
export type PickleValue =
  null | boolean | number | bigint | string | PickleTuple | PickleList | PickleDictionary | PickleGlobal | PickleObject;

export type PickleKey = string | number | boolean | null;

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

export class PickleList {
  readonly items: PickleValue[] = [];
}

/** A `dict` or an `OrderedDict`. */
export class PickleDictionary {
  readonly entries = new Map<PickleKey, PickleValue>();

  /** @returns what is wrong with it: a second value for a key would leave two readers with two opinions */
  add(key: PickleValue, value: PickleValue): string | undefined {
    if (!isKey(key)) return `has ${kindOf(key)} as a key`;
    if (this.entries.has(key)) return `has the key ${quoted(String(key))} twice`;
    this.entries.set(key, value);
    return undefined;
  }
}

/** Something that Python would import. */
export class PickleGlobal {
  /** @param name e.g. `torch._utils._rebuild_tensor_v2` */
  constructor(readonly name: string) {}
}

/** What a program made of a call or a persistent id. */
export abstract class PickleObject {
  /** For messages, with its article. */
  abstract readonly kind: string;
}

/** The kind of a value in words. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (value instanceof PickleTuple) return 'a tuple';
  if (value instanceof PickleList) return 'a list';
  if (value instanceof PickleDictionary) return 'a dictionary';
  if (value instanceof PickleGlobal) return value.name;
  if (value instanceof PickleObject) return value.kind;
  if (typeof value === 'boolean') return 'a boolean';
  return typeof value === 'string' ? 'a string' : 'a number';
}

function isKey(value: PickleValue): value is PickleKey {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
