import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calibrationPictures } from '../calibration/calibration-pictures.js';
import { PicturePreparation } from '../preprocessing/picture-preparation.js';

/** Pictures that are made where none are given: other ones than the calibration's. */
const madePictures = 12;

/**
 * A directory's pictures as RGB bytes of the encoder's size, in the order of their names; what is no picture is passed over.
 * Without a directory, pictures are made.
 */
export async function readPictures(directory: string | undefined, size: number): Promise<Uint8Array[]> {
  if (directory === undefined) return calibrationPictures(madePictures, size, 101);
  const preparation = new PicturePreparation({ size }, 1);
  const pictures: Uint8Array[] = [];
  try {
    for (const entry of (await readdir(directory, { withFileTypes: true })).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(join(directory, entry.name));
      const prepared = await preparation.prepare(bytes, new AbortController().signal).catch(() => undefined);
      if (prepared) pictures.push(prepared.pixels);
    }
  } finally {
    await preparation.close();
  }
  return pictures;
}
