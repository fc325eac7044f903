import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** What one process of the bare loop is told, and how long it took. */
export interface BareLoop {
  files: string[];
  outputDirectory: string;
}

async function run({ files, outputDirectory }: BareLoop): Promise<void> {
  sharp.cache(false);
  sharp.concurrency(1);
  for (const [index, file] of files.entries()) {
    const picture = await sharp(await readFile(file), { sequentialRead: true })
      .autoOrient()
      .resize(800, 600, { fit: 'inside', withoutEnlargement: true })
      .sharpen()
      .jpeg()
      .toBuffer();
    await writeFile(join(outputDirectory, `${process.pid}-${index}.jpeg`), picture);
  }
}

/* It is told nothing before it is ready, so that its start is not timed. */
process.on('message', (loop: BareLoop) => {
  void run(loop).then(() => process.send?.('done'));
});
process.send?.('ready');
