import { parseArgs } from 'node:util';

export interface Options {
  /** Names of the faults to inflict; all where empty. */
  only: string[];
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
      only: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      out: { type: 'string', default: '.run/faults' },
      rate: { type: 'string', default: '20' },
    },
  });
  return {
    only: values.only.split(',').filter(Boolean),
    quick: values.quick,
    list: values.list,
    out: values.out,
    perSecond: Number(values.rate),
  };
}
