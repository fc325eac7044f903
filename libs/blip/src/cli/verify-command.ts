import { verifyBundle } from '../bundle/bundle.js';
import { loadCaptionModel } from '../captioner/load-caption-model.js';
import { parseArguments } from './arguments.js';

/** `verify <bundle>` */
export async function verifyCommand(args: string[]): Promise<void> {
  const [directory] = parseArguments(args, {}, 1).positionals as [string];
  const { files } = await verifyBundle(directory);
  const model = await loadCaptionModel(directory, { lanes: 1 });
  await model.close();
  console.log(`${directory}: ${Object.keys(files).length} files are as the manifest says, and the graphs load`);
}
