import { operationNames } from './pickle-codes.js';
import type { PickleInput } from './pickle-input.js';
import { PickleMachine, type PickleRules } from './pickle-machine.js';
import { operations } from './pickle-operations.js';
import type { PickleValue } from './pickle-values.js';
import { broken, unsafe } from './pytorch-error.js';

const mostOperations = 1_000_000;

/**
 * Reads one pickle, up to its end. Nothing is imported or executed: what the pickle wants of Python is asked of `rules`.
 * @throws CheckpointError `bad-pytorch-file`; `unsafe-pytorch-file` for an operation that describing tensors does not need
 */
export function unpickle(input: PickleInput, rules: PickleRules): PickleValue {
  const machine = new PickleMachine(input, rules);
  for (let count = 0; count < mostOperations; count++) {
    const { position } = input;
    const code = input.byte();
    const name = operationNames.get(code);
    if (name === undefined) throw broken(input.file, `its pickle has no operation at byte ${position} but ${code}`);
    if (name === 'STOP') return machine.result();
    const operation = operations[name];
    if (!operation) throw unsafe(input.file, `its pickle wants ${name} at byte ${position}, which no state dict needs`);
    operation(machine);
  }
  throw broken(input.file, `its pickle has more than ${mostOperations} operations`);
}
