/* For the scripts of picture processes alone: whatever is imported from here loads sharp. */
export { allowOurFormatsAlone } from './allowed-formats.js';
export { decodePicture, type DecodedPicture, type DecodeOptions } from './decode-picture.js';
export { decodingFailure } from './decoding-failure.js';
export { inspectPicture, type InspectedPicture } from './inspect-picture.js';
export { measurePicture } from '../measuring/measure-picture.js';
export { processSettings, serveProcess } from '../processes/serve-process.js';
