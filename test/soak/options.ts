import { parseArgs } from 'node:util';

export interface Options {
  /** How long pictures are submitted. */
  minutes: number;
  /** Decides which faults are inflicted, in which order. */
  seed: number;
  /** Seconds from the beginning of one fault to that of the next, where recovery takes no longer. */
  every: number;
  /** File for the report as JSON. */
  out: string;
}

/** @throws TypeError for an option there is none of, or one that is no number */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '30' },
      seed: { type: 'string', default: '7' },
      every: { type: 'string', default: '60' },
      out: { type: 'string', default: '.run/soak' },
    },
  });
  const number = (name: 'minutes' | 'seed' | 'every'): number => {
    const value = Number(values[name]);
    if (!(value >= 0)) throw new TypeError(`Expected a number for --${name} but received ${values[name]}`);
    return value;
  };
  return { minutes: number('minutes'), seed: number('seed'), every: number('every'), out: values.out };
}
