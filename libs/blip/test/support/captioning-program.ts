import { loadCaptionModel } from '../../src/captioner/load-caption-model.js';
import { pngPicture } from '../../../pictures/test/support/pictures.js';

/** A program that captions a picture with the bundle in its argument, says `captioned`, and stays. */
async function main(): Promise<void> {
  const model = await loadCaptionModel(process.argv[2]!, { lanes: 1 });
  const [outcome] = await model.caption([await pngPicture(1)]);
  process.stdout.write(outcome && 'caption' in outcome ? 'captioned\n' : 'failed\n');
}

void main();
