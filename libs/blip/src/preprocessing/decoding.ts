/* Relative, as in `coded-errors.ts`. For the process that prepares pictures alone: it loads sharp. */
export {
  allowOurFormatsAlone,
  decodePicture,
  processSettings,
  serveProcess,
  type DecodedPicture,
} from '../../../pictures/src/decoding/index.js';
