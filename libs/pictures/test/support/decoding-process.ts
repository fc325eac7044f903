import { allowOurFormatsAlone, serveProcess } from '../../src/decoding/index.js';
import { decode } from './decode.js';

/** A process of `PictureProcesses` that decodes, no more. */
allowOurFormatsAlone();
serveProcess(decode);
