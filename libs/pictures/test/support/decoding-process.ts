import { allowOurFormatsAlone, decodePicture, serveProcess, type DecodedPicture } from '../../src/decoding/index.js';

/** A process of `PictureProcesses` that decodes, no more. */
allowOurFormatsAlone();
serveProcess<Uint8Array, DecodedPicture>((bytes) => decodePicture(bytes, { size: 96, alpha: 'white' }));
