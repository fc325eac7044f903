import { quoted } from '../weights/quoted.js';
import type { PickleRules } from './pickle-machine.js';
import { kindOf, PickleDictionary, PickleGlobal, PickleList, PickleTuple, type PickleValue } from './pickle-values.js';
import { broken, unsafe } from './pytorch-error.js';
import { StorageReference, TensorReference, viewProblem } from './tensor-reference.js';

/** Type and bytes of an element by PyTorch's names of storages; those without a safetensors name keep their own. */
const storageTypes: Readonly<Record<string, readonly [type: string, bytes: number]>> = {
  'torch.DoubleStorage': ['F64', 8],
  'torch.FloatStorage': ['F32', 4],
  'torch.HalfStorage': ['F16', 2],
  'torch.BFloat16Storage': ['BF16', 2],
  'torch.LongStorage': ['I64', 8],
  'torch.IntStorage': ['I32', 4],
  'torch.ShortStorage': ['I16', 2],
  'torch.CharStorage': ['I8', 1],
  'torch.ByteStorage': ['U8', 1],
  'torch.BoolStorage': ['BOOL', 1],
  'torch.ComplexFloatStorage': ['complex64', 8],
  'torch.ComplexDoubleStorage': ['complex128', 16],
  'torch.QInt8Storage': ['qint8', 1],
  'torch.QUInt8Storage': ['quint8', 1],
  'torch.QInt32Storage': ['qint32', 4],
};

const types =
  'float64 double float32 float float16 half bfloat16 int64 long int32 int int16 short int8 uint8 bool complex64 complex128';

const mostCopiedItems = 100_000;

type Call = (rules: StateDictRules, args: readonly PickleValue[]) => PickleValue;

const calls: Readonly<Record<string, Call>> = {
  'collections.OrderedDict': (rules, args) => rules.orderedDictionary(args),
  'torch._utils._rebuild_tensor_v2': (rules, args) => rules.tensor(args),
  'torch._utils._rebuild_parameter': (rules, args) => rules.parameter(args),
  'torch.Size': (rules, args) => rules.size(args),
};

/** Everything that a state dict needs of Python. Whatever else a pickle names is refused by that name. */
const allowed: ReadonlySet<string> = new Set([
  ...Object.keys(storageTypes),
  ...Object.keys(calls),
  ...types.split(' ').map((type) => `torch.${type}`),
]);

/** What state dicts ask of Python, answered without any: tensors and storages are only described. */
export class StateDictRules implements PickleRules {
  private copiedItems = 0;
  /** All storages that were named, by their keys. */
  readonly storages = new Map<string, StorageReference>();

  /** @param file the file's name, for messages */
  constructor(private readonly file: string) {}

  resolve(module: string, name: string): PickleGlobal {
    const global = `${module}.${name}`;
    if (allowed.has(global)) return new PickleGlobal(global);
    throw unsafe(this.file, `its pickle wants ${quoted(global)}, which no state dict needs; nothing of it was run`);
  }

  call(callee: PickleValue, args: readonly PickleValue[]): PickleValue {
    const call = callee instanceof PickleGlobal && Object.hasOwn(calls, callee.name) ? calls[callee.name] : undefined;
    if (!call) throw unsafe(this.file, `its pickle wants to call ${kindOf(callee)}, which no state dict needs`);
    return call(this, args);
  }

  /** `('storage', type, key, location, elements)`, in the older form with `None` or `(key, start, elements)` of a part. */
  persistent(id: PickleValue): StorageReference {
    const [tag, type, key, location, elements, view = null] = id instanceof PickleTuple ? id.items : [];
    if (tag !== 'storage') throw broken(this.file, `its pickle refers to ${quoted(textOf(tag))}, expected a storage`);
    const element = type instanceof PickleGlobal ? storageTypes[type.name] : undefined;
    if (!element) throw broken(this.file, `its pickle has a storage of ${kindOf(type)}`);
    const isComplete = typeof key === 'string' && typeof location === 'string' && isCount(elements);
    if (!isComplete) throw broken(this.file, `its pickle has a storage without key, place or length`);
    const storage = new StorageReference(key, ...element, elements);
    this.register(storage);
    return view === null ? storage : this.part(storage, view);
  }

  /** `OrderedDict()`, or Python 2's `OrderedDict([[key, value], …])`. */
  orderedDictionary([items, ...rest]: readonly PickleValue[]): PickleDictionary {
    const dictionary = new PickleDictionary();
    if (items === undefined) return dictionary;
    if (!(items instanceof PickleList) || rest.length > 0) throw this.wrongCall('OrderedDict');
    // one list may be copied again and again
    this.copiedItems += items.items.length;
    if (this.copiedItems > mostCopiedItems)
      throw broken(this.file, `its pickle copies more than ${mostCopiedItems} items`);
    for (const pair of items.items) {
      const [key, value, ...more] = pair instanceof PickleList || pair instanceof PickleTuple ? pair.items : [];
      if (key === undefined || value === undefined || more.length > 0) throw this.wrongCall('OrderedDict');
      const problem = dictionary.add(key, value);
      if (problem !== undefined) throw broken(this.file, `its pickle ${problem}`);
    }
    return dictionary;
  }

  /** `(storage, offset, size, stride, requires_grad, backward_hooks[, metadata])` */
  tensor([storage, offset, size, stride, , , metadata = null]: readonly PickleValue[]): TensorReference {
    const [shape, strides] = [this.counts(size), this.counts(stride)];
    if (!(storage instanceof StorageReference && isCount(offset) && shape && strides)) {
      throw this.wrongCall('_rebuild_tensor_v2');
    }
    // conjugated and negated views: what is stored is not what they are
    if (metadata !== null && !(metadata instanceof PickleDictionary && metadata.entries.size === 0)) {
      throw broken(this.file, 'its pickle has a tensor that is another one’s conjugate or negative');
    }
    const layout = { offset, shape, strides };
    const problem = viewProblem(layout, storage.viewElements);
    if (problem !== undefined) throw broken(this.file, `a tensor ${problem} elements`);
    return new TensorReference(storage, { ...layout, offset: storage.viewStart + offset });
  }

  /** `(data, requires_grad, backward_hooks)` */
  parameter([data]: readonly PickleValue[]): TensorReference {
    if (!(data instanceof TensorReference)) throw this.wrongCall('_rebuild_parameter');
    return data;
  }

  size([sizes, ...rest]: readonly PickleValue[]): PickleTuple {
    const isSizes = sizes instanceof PickleTuple || sizes instanceof PickleList;
    if (!isSizes || rest.length > 0) throw this.wrongCall('Size');
    return sizes instanceof PickleTuple ? sizes : new PickleTuple(sizes.items);
  }

  private counts(value: PickleValue | undefined): readonly number[] | undefined {
    if (!(value instanceof PickleTuple || value instanceof PickleList)) return undefined;
    const { items } = value;
    return items.every((item) => isCount(item)) ? (items as readonly number[]) : undefined;
  }

  private part(storage: StorageReference, view: PickleValue): StorageReference {
    const [, start, elements] = view instanceof PickleTuple ? view.items : [];
    if (!isCount(start) || !isCount(elements) || start + elements > storage.elements) {
      throw broken(this.file, `its pickle has a part of storage ${quoted(storage.key)} that is not inside of it`);
    }
    return new StorageReference(storage.key, storage.type, storage.elementBytes, storage.elements, start, elements);
  }

  private register(storage: StorageReference): void {
    const known = this.storages.get(storage.key);
    if (known && (known.type !== storage.type || known.elements !== storage.elements)) {
      throw broken(this.file, `its pickle describes storage ${quoted(storage.key)} twice, and differently`);
    }
    this.storages.set(storage.key, storage);
  }

  private wrongCall(name: string) {
    return broken(this.file, `its pickle calls ${name} with other arguments than PyTorch does`);
  }
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function textOf(value: PickleValue | undefined): string {
  return typeof value === 'string' ? value : kindOf(value);
}
