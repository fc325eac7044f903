import { CheckpointError } from '../checkpoint/checkpoint-error.js';

const longestQuote = 80;

/** A file that contradicts itself or the format, or has been damaged. */
export function broken(file: string, why: string, cause?: unknown): CheckpointError {
  return new CheckpointError('bad-pytorch-file', `${file}: ${why}`, cause);
}

/** A file whose pickle wants something that describing tensors does not need. */
export function unsafe(file: string, why: string): CheckpointError {
  return new CheckpointError('unsafe-pytorch-file', `${file}: ${why}`);
}

/** A text out of a file as a message may show it: on one line, with nothing that a terminal would obey, and short. */
export function quoted(text: string): string {
  const shown = text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
  return JSON.stringify(shown).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g, '?');
}
