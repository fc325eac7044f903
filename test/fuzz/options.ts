import { parseArgs } from 'node:util';

export interface Options {
  /** How long steps are begun; what they asked for is waited for afterwards. */
  minutes: number;
  /** Decides every step: the same seed and step make the same bytes. */
  seed: number;
  /** The one step to repeat, with nothing else going on. */
  only: number | undefined;
  /** Directory for the inputs that are worth keeping and the report as JSON. */
  out: string;
}

/** @throws TypeError for an option there is none of, or one that is no number */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      out: { type: 'string', default: '.run/fuzz' },
    },
  });
  const number = (name: 'minutes' | 'seed' | 'only'): number => {
    const value = Number(values[name]);
    if (!(value >= 0)) throw new TypeError(`Expected a number for --${name} but received ${values[name]}`);
    return value;
  };
  const only = values.only === undefined ? undefined : number('only');
  return { minutes: number('minutes'), seed: number('seed'), only, out: values.out };
}
