import { verifyBundle, openBundle } from '../bundle/bundle.js';
import { loadCaptionModel } from '../captioner/load-caption-model.js';
import { readPictures } from '../verification/read-pictures.js';
import { verifyAgainst, type Verification } from '../verification/verify-against.js';
import { parseArguments } from './arguments.js';
import { UsageError } from './usage-error.js';

/**
 * `verify <bundle> [--against <checkpoint>] [--pictures <directory>] [--json]`: checksums, whether the graphs load, and how
 * far the bundle is from its checkpoint in float32; ends with 1 where it agrees less than its manifest states.
 */
export async function verifyCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const parsed = parseArguments(args, { against: text, pictures: text, json: { type: 'boolean' } }, 1);
  const directory = parsed.positionals[0]!;
  const { files } = await verifyBundle(directory);
  const model = await loadCaptionModel(directory, { lanes: 1 });
  await model.close();
  const against = parsed.text('against');
  if (!parsed.flag('json')) {
    console.log(`${directory}: ${Object.keys(files).length} files are as the manifest says, and the graphs load`);
  }
  const picturesFrom = parsed.text('pictures');
  if (against === undefined) {
    if (picturesFrom !== undefined) throw new UsageError('Expected --against <checkpoint> with --pictures');
    if (parsed.flag('json')) console.log(JSON.stringify({ bundle: directory, files: Object.keys(files).length }));
    return;
  }
  const { configuration } = await openBundle(directory);
  const pictures = await readPictures(picturesFrom, configuration.picture.size);
  if (pictures.length === 0) throw new UsageError(`Expected pictures in ${picturesFrom} but found none`);
  const verification = await verifyAgainst(directory, against, pictures);
  if (parsed.flag('json')) console.log(JSON.stringify({ bundle: directory, against, ...verification }));
  else for (const line of verificationLines(verification)) console.log(line);
  if (!verification.isAsStated) {
    console.error(`${directory}: agrees less with its checkpoint than its manifest states`);
    process.exitCode = 1;
  }
}

function verificationLines(found: Verification): string[] {
  const { agreement, stated, ids, captions } = found;
  const statement = stated === undefined ? 'none is stated' : `${percent(stated)} are stated`;
  return [
    `against float32 on ${found.pictures} pictures; errors are relative, ‖difference‖ / ‖float32‖`,
    ...found.layers.map(({ name, error }) => `  ${name.padEnd(20)}${percent(error)}`),
    `  ${'encoder states'.padEnd(20)}${percent(found.statesError)}`,
    `  ${'logits'.padEnd(20)}${percent(found.logitsError)}`,
    `next words: ${percent(agreement.measured)} of ${agreement.places} agree (${statement})`,
    `greedy captions: ${ids.equal} of ${ids.of} ids equal, ${captions.equal} of ${captions.of} captions`,
    `tokens a caption: ${found.found.length.toFixed(1)}, float32 ${found.exact.length.toFixed(1)}`,
    `time a caption: ${found.found.milliseconds.toFixed(0)} ms, float32 ${found.exact.milliseconds.toFixed(0)} ms`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
