// @ts-check
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `npm start [-- [--once] [--model <model>] [--revision <revision>] [--precision int8|fp32] [<picture>…]]

  --model      captions with this model instead of the small one that ships: <owner>/<name> on the Hugging Face hub, e.g.
               Salesforce/blip-image-captioning-base, or the directory of a checkpoint or of a bundle (MODEL)
  --revision   of a model on the hub: branch, tag, commit or refs/pr/<n>; main by default (MODEL_REVISION)
  --precision  int8 by default (MODEL_PRECISION)
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
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
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
