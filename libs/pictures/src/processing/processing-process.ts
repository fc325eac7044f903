import { allowOurFormatsAlone, serveProcess } from '../decoding/index.js';
import type { ProcessedPicture, ProcessingCall } from './picture-processing.js';
import { processPicture } from './process-picture.js';

/* A process of `PictureProcessing`. */
allowOurFormatsAlone();
serveProcess<ProcessingCall, ProcessedPicture>(processPicture);
