/* Nothing here loads sharp: that is for the processes that decode, see decoding/index.ts. */
export { decoderSandbox, type DecoderSandboxOptions } from './decoding/decoder-sandbox.js';
export { PictureProcesses, type PictureProcessesOptions } from './decoding/picture-processes.js';
export { PictureError, type PictureErrorCode } from './picture-error.js';
export { pictureTypeOf, type PictureType } from './picture-type.js';
export { programOf } from './processes/program-of.js';
export type { SandboxPart } from './sandbox/sandbox-steps.js';
export type { Sandbox } from './sandbox/sandbox.js';
