import { usualResults } from '../results/results-directory.js';

/** Options of every tool that uploads pictures and measures what becomes of them. */
export const loadOptions = {
  workers: {
    kind: 'number',
    meaning: 'labels the run; as many as are seen where it is left out',
    least: 0,
    most: 10_000,
  },
  operations: { kind: 'text', meaning: 'for all of them, comma-separated; by turns where it is left out' },
  patience: {
    kind: 'number',
    meaning: 'seconds without a result after which it gives up',
    default: 120,
    least: 1,
    most: 86_400,
  },
  results: { kind: 'text', meaning: 'where runs are kept', default: usualResults },
} as const;
