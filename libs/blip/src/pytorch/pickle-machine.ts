import { broken } from './pytorch-error.js';
import type { PickleInput } from './pickle-input.js';
import { kindOf, PickleDictionary, PickleTuple, type PickleValue } from './pickle-values.js';

/* A model of ten thousand tensors needs 300,000 operations, 100,000 places of the memo and 110,000 objects. */
const deepestStack = 100_000;
const deepestMarks = 1_000;
const mostMemos = 250_000;
const mostObjects = 150_000;
const mostEntries = 200_000;

/** What pickles may ask of whoever reads them; everything here throws for what it does not know. */
export interface PickleRules {
  /** Something that Python would import. */
  resolve(module: string, name: string): PickleValue;
  call(callee: PickleValue, args: readonly PickleValue[]): PickleValue;
  /** What lies outside of the pickle. */
  persistent(id: PickleValue): PickleValue;
}

/** The memory that pickle's operations work on: a stack, marks in it, and the memo. */
export class PickleMachine {
  private readonly stack: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private objects = 0;
  private entries = 0;

  constructor(
    readonly input: PickleInput,
    readonly rules: PickleRules,
  ) {}

  push(value: PickleValue): void {
    if (this.stack.push(value) > deepestStack) throw this.broken(`piles up more than ${deepestStack} values`);
  }

  /** Pushes what is more than a number or a text; the number of such objects bounds the memory that a small file can claim. */
  pushObject(object: PickleValue): void {
    if (++this.objects > mostObjects) throw this.broken(`makes more than ${mostObjects} objects`);
    this.push(object);
  }

  pop(): PickleValue {
    const floor = this.marks.at(-1) ?? 0;
    if (this.stack.length <= floor) throw this.broken('takes from an empty stack');
    return this.stack.pop()!;
  }

  top(): PickleValue {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  mark(): void {
    if (this.marks.push(this.stack.length) > deepestMarks) throw this.broken(`nests deeper than ${deepestMarks}`);
  }

  popToMark(): PickleValue[] {
    const start = this.marks.pop();
    if (start === undefined) throw this.broken('ends a group that it never began');
    return this.stack.splice(start);
  }

  remember(place = this.memo.size): void {
    this.memo.set(place, this.top());
    if (this.memo.size > mostMemos) throw this.broken(`remembers more than ${mostMemos} values`);
  }

  recall(place: number): void {
    const value = this.memo.get(place);
    if (value === undefined) throw this.broken(`recalls value ${place}, which it never remembered`);
    this.push(value);
  }

  pushTuple(count: number): void {
    const items = Array.from({ length: count }, () => this.pop());
    this.pushObject(new PickleTuple(items.reverse()));
  }

  /** Puts keys and values in turn into the dictionary on top. */
  setItems(items: readonly PickleValue[]): void {
    const dictionary = this.top();
    if (!(dictionary instanceof PickleDictionary)) throw this.broken(`sets an item of ${kindOf(dictionary)}`);
    if (items.length % 2 !== 0) throw this.broken('has a key without a value');
    this.entries += items.length / 2;
    if (this.entries > mostEntries) throw this.broken(`sets more than ${mostEntries} entries`);
    for (let index = 0; index < items.length; index += 2) {
      const problem = dictionary.add(items[index]!, items[index + 1]!);
      if (problem !== undefined) throw this.broken(problem);
    }
  }

  /** The end: exactly one value is left. */
  result(): PickleValue {
    const value = this.pop();
    if (this.stack.length > 0 || this.marks.length > 0) throw this.broken('ends with values left over');
    return value;
  }

  broken(what: string) {
    return broken(this.input.file, `its pickle ${what} (before byte ${this.input.position})`);
  }
}
