/* Relative, as in `coded-errors.ts`. */
export {
  decoderSandbox,
  PictureProcesses,
  programOf,
  type DecoderSandboxOptions,
  type Sandbox,
} from '../../pictures/src/index.js';
