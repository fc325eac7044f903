import { allowOurFormatsAlone } from '../decoding/allowed-formats.js';
import { serveProcess } from '../processes/serve-process.js';
import { measurePicture } from './measure-picture.js';
import type { MeasuredPicture } from './measured-picture.js';

allowOurFormatsAlone();
serveProcess<Uint8Array, MeasuredPicture>(measurePicture);
