import { join } from 'node:path';
import { parseArguments } from '../../../libs/blip/src/cli/arguments.js';
import { UsageError } from '../../../libs/blip/src/cli/usage-error.js';
import { calibrateModel, evaluateModel } from './evaluate-model.js';
import { formatReport } from './report.js';

const progressEvery = 100;

/**
 * `evaluate <model directory>`: draws scenes, captions them and prints how much is right; with `--check` ends with 1 where too
 * little is. `--calibrate` fits the confidences on the seed's scenes instead, and writes that into the bundle's manifest.
 */
export async function evaluateCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { bundle: text, scenes: text, seed: text, sheet: text, json: flag, check: flag, calibrate: flag };
  const parsed = parseArguments(args, options, 1);
  const modelDirectory = parsed.positionals[0]!;
  const scenes = parsed.number('scenes') ?? 500;
  if (!Number.isInteger(scenes) || scenes < 1)
    throw new UsageError(`Expected scenes for --scenes but received ${scenes}`);
  const evaluation = {
    modelDirectory,
    bundle: parsed.text('bundle') ?? join(modelDirectory, 'bundle'),
    scenes,
    seed: parsed.number('seed') ?? 1,
    sheet: parsed.text('sheet'),
    onProgress: (done: number) => {
      if (done % progressEvery === 0) console.error(`captioned ${done} pictures`);
    },
  };
  if (parsed.flag('calibrate')) return console.log(JSON.stringify(await calibrateModel(evaluation)));
  const report = await evaluateModel(evaluation);
  console.log(parsed.flag('json') ? JSON.stringify(report, null, 2) : formatReport(report));
  if (parsed.flag('check') && report.missed.length > 0) {
    console.error(`missed: ${report.missed.join(', ')}`);
    process.exitCode = 1;
  }
}
