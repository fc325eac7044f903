import { shownShape } from '../weights/quoted.js';
import { PickleObject } from './pickle-values.js';

/** A storage: the memory that tensors are views of, in the file under its key. */
export class StorageReference extends PickleObject {
  readonly kind = 'a storage';

  constructor(
    readonly key: string,
    /** Of its elements, by safetensors' names. */
    readonly type: string,
    readonly elementBytes: number,
    readonly elements: number,
    /** Old files know storages that are a part of another: where the part begins, in elements. */
    readonly viewStart = 0,
    readonly viewElements = elements,
  ) {
    super();
  }
}

/** How a tensor lies in its storage. All in elements; a stride may be zero, none is negative. */
export interface TensorLayout {
  offset: number;
  shape: readonly number[];
  strides: readonly number[];
}

/** A tensor as a pickle describes it; `viewProblem` has found nothing wrong with it. */
export class TensorReference extends PickleObject {
  readonly kind = 'a tensor';

  constructor(
    readonly storage: StorageReference,
    readonly layout: TensorLayout,
  ) {
    super();
  }
}

/** PyTorch's own limit of dimensions. */
const highestRank = 64;
/** Elements that a tensor may have beyond its storage's, repeating them by a stride of zero. */
const mostRepeated = 1 << 24;

/** Why a layout cannot be a view of a storage of so many elements, or undefined. */
export function viewProblem({ offset, shape, strides }: TensorLayout, elements: number): string | undefined {
  if (shape.length > highestRank) return `has ${shape.length} dimensions`;
  if (strides.length !== shape.length) return `has ${shape.length} dimensions and ${strides.length} strides`;
  const count = elementCount(shape);
  if (!Number.isSafeInteger(count)) return `has the shape ${shownShape(shape)}`;
  if (count === 0) return undefined;
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset);
  if (last >= elements) return `of shape ${shownShape(shape)} reaches element ${last} of a storage of ${elements}`;
  if (count > Math.max(elements, mostRepeated)) return `repeats a storage of ${elements} elements into ${count}`;
  return undefined;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
