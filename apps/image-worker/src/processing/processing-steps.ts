import type { ProcessingRequested } from '@ekphrasis/contracts';
import type { ProcessingStep } from '@ekphrasis/pictures';

/** A job's operations with what its client said of each, in their order. */
export function stepsOf({ operations, options = {} }: ProcessingRequested): ProcessingStep[] {
  return operations.map((operation) => ({ operation, ...options[operation] }));
}
