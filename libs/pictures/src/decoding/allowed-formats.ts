import sharp from 'sharp';

/**
 * Leaves sharp the formats that we decode, for the whole process and for good: SVG, PDF, ImageMagick and the rest of libvips' loaders
 * stay shut. Decodes on the caller's time, one thread a picture, and keeps nothing of it. The first step of a process that reads
 * strangers' pictures.
 */
export function allowOurFormatsAlone(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpeg',
      'VipsForeignLoadPng',
      'VipsForeignLoadWebp',
      'VipsForeignLoadNsgif',
      'VipsForeignLoadHeif',
      'VipsForeignLoadTiff',
    ],
  });
  sharp.cache(false);
  sharp.concurrency(1);
}
