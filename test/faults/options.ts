import { parseArgs } from 'node:util';

export interface Options {
  /** Whether a fault of this name is to be inflicted: all by default, else those that `--only` names, with `*` for any letters. */
  isChosen(name: string): boolean;
  /** Leaves out what takes more than half a minute. */
  quick: boolean;
  /** Prints the names and ends. */
  list: boolean;
  /** Directory for `faults.json` and the timelines. */
  out: string;
  /** Pictures a second. */
  perSecond: number;
}

/** @throws TypeError for an option there is none of */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: '*' },
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      out: { type: 'string', default: '.run/faults' },
      rate: { type: 'string', default: '20' },
    },
  });
  const patterns = values.only.split(',').map((name) => new RegExp(`^${name.replaceAll('*', '.*')}$`));
  return {
    isChosen: (name) => patterns.some((pattern) => pattern.test(name)),
    quick: values.quick,
    list: values.list,
    out: values.out,
    perSecond: Number(values.rate),
  };
}
