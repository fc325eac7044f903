import { kindOf, PickleDictionary, type PickleValue } from './pickle-values.js';
import { broken } from './pytorch-error.js';
import { TensorReference } from './tensor-reference.js';

/** Under which training programs put the state dict into what they save. */
const wrappers = ['state_dict', 'model', 'module'] as const;
const mostTensors = 50_000;

/**
 * The tensors of a state dict, or of one that is wrapped once, by their names. What else is in it does not count.
 * @throws CheckpointError `bad-pytorch-file` where there are none
 */
export function stateDictTensors(file: string, value: PickleValue): Map<string, TensorReference> {
  if (!(value instanceof PickleDictionary)) throw broken(file, `holds ${kindOf(value)}, expected a state dict`);
  const dictionaries = [value, ...wrappers.map((key) => value.entries.get(key))];
  for (const dictionary of dictionaries) {
    const tensors = dictionary instanceof PickleDictionary ? tensorsIn(dictionary) : [];
    if (tensors.length > mostTensors) throw broken(file, `has ${tensors.length} tensors, more than ${mostTensors}`);
    if (tensors.length > 0) return new Map(tensors);
  }
  throw broken(file, 'holds a dictionary without tensors, expected a state dict');
}

function tensorsIn({ entries }: PickleDictionary): [string, TensorReference][] {
  return [...entries].filter(
    (entry): entry is [string, TensorReference] => typeof entry[0] === 'string' && entry[1] instanceof TensorReference,
  );
}
