import { decodePicture, type DecodedPicture } from '../../src/decoding/index.js';

/** As the tests have it: 96 pixels a side are enough, on white. */
export const decode = (bytes: Uint8Array): Promise<DecodedPicture> =>
  decodePicture(bytes, { size: 96, alpha: 'white' });
