import sharp from 'sharp';
import { allowOurFormatsAlone, decodePicture } from '../../src/decoding/index.js';

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>');

/** Prints whether sharp draws an SVG in a process that can decode pictures; with an argument, after our formats alone were allowed. */
async function main([isAllowedAlone]: string[]): Promise<void> {
  if (isAllowedAlone) allowOurFormatsAlone();
  const { format } = await sharp(svg)
    .metadata()
    .catch((): { format: string } => ({ format: 'none' }));
  console.log(format, typeof decodePicture);
}

void main(process.argv.slice(2));
