// @ts-check
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { applicationList } from '../setup/application-list.cjs';

const severalOf = applicationList.filter(({ count }) => count !== undefined);

export const usage = `npm start [-- [--once] [--only <application>,…] [${severalOf.map(({ name }) => `--${name}s <n>`).join('] [')}]
             [--model <model>] [--revision <revision>] [--precision int8|fp32] [<picture>…]]

  --only       starts these alone, of ${applicationList.map(({ name }) => name).join(', ')}
  --model      captions with this model instead of the small one that ships: <owner>/<name> on the Hugging Face hub, e.g.
               Salesforce/blip-image-captioning-base, or the directory of a checkpoint or of a bundle (MODEL)
  --revision   of a model on the hub: branch, tag, commit or refs/pr/<n>; main by default (MODEL_REVISION)
  --precision  int8 by default (MODEL_PRECISION)
${severalOf.map(({ name, count }) => `  --${name}s <n>`.padEnd(25) + `how many of them; ${count} by default`).join('\n')}
  --once       ends after the captions
  <picture>…   captioned besides those in samples/`;

/** The command line was not understood. */
export class UsageError extends Error {}

/**
 * @typedef {object} StartOptions
 * @property {boolean} once
 * @property {boolean} help
 * @property {Record<string, string>} environment what the options say, as the variables that the worker reads
 * @property {string[]} pictures absolute paths
 * @property {Map<string, number>} counts how many processes of each application are started
 */

/** npm runs scripts in the repository's root; paths are meant from where the user is. */
const userDirectory = process.env.INIT_CWD ?? process.cwd();

/**
 * @param {string[]} args
 * @returns {StartOptions}
 * @throws UsageError
 */
export function parseOptions(args) {
  const { values, positionals } = parse(args);
  const { model, revision, precision } = values;
  if (precision !== undefined && !['int8', 'fp32'].includes(precision)) {
    throw new UsageError(`Expected int8 or fp32 for --precision but received "${precision}"`);
  }
  /** @type {Record<string, string>} */
  const environment = {};
  if (model !== undefined) environment.MODEL = modelOf(model);
  if (revision !== undefined) environment.MODEL_REVISION = revision;
  if (precision !== undefined) environment.MODEL_PRECISION = precision;
  return {
    once: values.once === true,
    help: values.help === true,
    environment,
    pictures: positionals.map((picture) => resolve(userDirectory, picture)),
    counts: countsOf(values),
  };
}

/**
 * @param {Record<string, string | boolean | undefined>} values
 * @returns {Map<string, number>}
 */
function countsOf(values) {
  const names = applicationList.map(({ name }) => name);
  const only = typeof values.only === 'string' ? values.only.split(',').map((name) => name.trim()) : names;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`Expected names out of ${names.join(', ')} for --only but received "${unknown}"`);
  }
  const chosen = applicationList.filter(({ name }) => only.includes(name));
  return new Map(chosen.map(({ name, count = 1 }) => [name, countOf(`${name}s`, values[`${name}s`] ?? String(count))]));
}

/**
 * @param {string} option
 * @param {string | boolean} value
 */
function countOf(option, value) {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0 || count > 64) {
    throw new UsageError(`Expected a whole number from 0 to 64 for --${option} but received "${value}"`);
  }
  return count;
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...Object.fromEntries(severalOf.map(({ name }) => [`${name}s`, /** @type {const} */ ({ type: 'string' })])),
        only: { type: 'string' },
        once: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        model: { type: 'string' },
        revision: { type: 'string' },
        precision: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error.message.split('. ')[0]);
  }
}

/**
 * A directory by its whole path; anything else is a name on the hub.
 *
 * @param {string} model
 */
function modelOf(model) {
  const path = resolve(userDirectory, model);
  return statSync(path, { throwIfNoEntry: false }) ? path : model;
}
