import { quoted } from '../weights/quoted.js';
import { kindOf, PickleDictionary, PickleList, PickleTuple, type PickleValue } from './pickle-values.js';
import type { PickleMachine } from './pickle-machine.js';
import { unsafe } from './pytorch-error.js';

type Operation = (machine: PickleMachine) => void;

const newestProtocol = 5;
/** In bytes; PyTorch's magic number has ten. */
const longestNumber = 32;

const values: Record<string, Operation> = {
  NONE: (machine) => machine.push(null),
  NEWTRUE: (machine) => machine.push(true),
  NEWFALSE: (machine) => machine.push(false),
  BININT: (machine) => machine.push(machine.input.bytes(4).readInt32LE()),
  BININT1: (machine) => machine.push(machine.input.byte()),
  BININT2: (machine) => machine.push(machine.input.bytes(2).readUInt16LE()),
  LONG1: (machine) => machine.push(signed(machine, machine.input.byte())),
  INT: (machine) => machine.push(decimal(machine, machine.input.line())),
  LONG: (machine) => machine.push(decimal(machine, machine.input.line().replace(/L$/, ''))),
  BINFLOAT: (machine) => machine.push(machine.input.bytes(8).readDoubleBE()),
  BINUNICODE: (machine) => machine.push(machine.input.text(machine.input.bytes(4).readUInt32LE())),
  SHORT_BINUNICODE: (machine) => machine.push(machine.input.text(machine.input.byte())),
  BINUNICODE8: (machine) => machine.push(machine.input.text(machine.input.length())),
  // strings of Python 2, which had no other in a state dict
  SHORT_BINSTRING: (machine) => machine.push(machine.input.text(machine.input.byte())),
  BINSTRING: (machine) => machine.push(machine.input.text(machine.input.bytes(4).readUInt32LE())),
};

const containers: Record<string, Operation> = {
  EMPTY_TUPLE: (machine) => machine.pushTuple(0),
  TUPLE1: (machine) => machine.pushTuple(1),
  TUPLE2: (machine) => machine.pushTuple(2),
  TUPLE3: (machine) => machine.pushTuple(3),
  TUPLE: (machine) => machine.pushObject(new PickleTuple(machine.popToMark())),
  EMPTY_LIST: (machine) => machine.pushObject(new PickleList()),
  APPEND: (machine) => append(machine, [machine.pop()]),
  APPENDS: (machine) => append(machine, machine.popToMark()),
  EMPTY_DICT: (machine) => machine.pushObject(new PickleDictionary()),
  SETITEM: (machine) => {
    const value = machine.pop();
    machine.setItems([machine.pop(), value]);
  },
  SETITEMS: (machine) => machine.setItems(machine.popToMark()),
};

const memory: Record<string, Operation> = {
  MARK: (machine) => machine.mark(),
  BINPUT: (machine) => machine.remember(machine.input.byte()),
  LONG_BINPUT: (machine) => machine.remember(machine.input.bytes(4).readUInt32LE()),
  MEMOIZE: (machine) => machine.remember(),
  BINGET: (machine) => machine.recall(machine.input.byte()),
  LONG_BINGET: (machine) => machine.recall(machine.input.bytes(4).readUInt32LE()),
  PROTO: (machine) => {
    const protocol = machine.input.byte();
    if (protocol > newestProtocol) throw machine.broken(`claims the protocol ${protocol}`);
  },
  // how many bytes follow until the next frame; the lengths in them are checked anyway
  FRAME: (machine) => void machine.input.length(),
};

const objects: Record<string, Operation> = {
  GLOBAL: (machine) => machine.push(machine.rules.resolve(machine.input.line(), machine.input.line())),
  STACK_GLOBAL: (machine) => {
    const [name, module] = [machine.pop(), machine.pop()];
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw machine.broken(`imports by ${kindOf(module)} and ${kindOf(name)}`);
    }
    machine.push(machine.rules.resolve(module, name));
  },
  // imports and calls in one; what it imports decides
  INST: (machine) => {
    const callee = machine.rules.resolve(machine.input.line(), machine.input.line());
    machine.pushObject(machine.rules.call(callee, machine.popToMark()));
  },
  REDUCE: (machine) => {
    const args = machine.pop();
    if (!(args instanceof PickleTuple)) throw machine.broken(`calls with ${kindOf(args)}`);
    machine.pushObject(machine.rules.call(machine.pop(), args.items));
  },
  // attributes of a state dict: `_metadata`, with the versions of its modules
  BUILD: (machine) => {
    const [state, object] = [machine.pop(), machine.top()];
    if (!(object instanceof PickleDictionary && state instanceof PickleDictionary)) {
      throw unsafe(machine.input.file, `its pickle sets attributes of ${kindOf(object)}, which no state dict needs`);
    }
  },
  BINPERSID: (machine) => machine.pushObject(machine.rules.persistent(machine.pop())),
};

/** The operations that describing tensors needs, by their names in Python's pickletools.py, which documents them. */
export const operations: Readonly<Record<string, Operation>> = { ...values, ...containers, ...memory, ...objects };

function append(machine: PickleMachine, items: readonly PickleValue[]): void {
  const list = machine.top();
  if (!(list instanceof PickleList)) throw machine.broken(`appends to ${kindOf(list)}`);
  for (const item of items) list.items.push(item);
}

/** Two's complement, little-endian; a bigint where a number would not hold it exactly. */
function signed(machine: PickleMachine, length: number): number | bigint {
  if (length > longestNumber) throw machine.broken(`has a number of ${length} bytes`);
  const bytes = Buffer.from(machine.input.bytes(length)).reverse();
  return exact(BigInt.asIntN(8 * length, BigInt(`0x0${bytes.toString('hex')}`)));
}

/** As protocol 1 writes numbers, and booleans as `00` and `01`. */
function decimal(machine: PickleMachine, text: string): number | bigint | boolean {
  if (text === '00' || text === '01') return text === '01';
  if (!/^-?\d{1,100}$/.test(text)) throw machine.broken(`has ${quoted(text)} for a number`);
  return exact(BigInt(text));
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
