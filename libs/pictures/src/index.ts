/* Nothing here loads sharp: that is for the processes that decode, see decoding/index.ts. */
export { decoderSandbox, type DecoderSandboxOptions } from './decoding/decoder-sandbox.js';
export { PictureProcesses, type PictureProcessesOptions } from './decoding/picture-processes.js';
export type { MeasuredPicture } from './measuring/measured-picture.js';
export { PictureMeasuring } from './measuring/picture-measuring.js';
export { PictureError, type PictureErrorCode } from './picture-error.js';
export { pictureTypeOf, type PictureType } from './picture-type.js';
export { PictureProcessing, type ProcessedPicture, type ProcessingCall } from './processing/picture-processing.js';
export type {
  FilterName,
  FilterStep,
  ProcessingStep,
  ResizeFit,
  ResizeStep,
  WatermarkPosition,
  WatermarkStep,
} from './processing/processing-steps.js';
export { programOf } from './processes/program-of.js';
export type { SandboxPart } from './sandbox/sandbox-steps.js';
export type { Sandbox } from './sandbox/sandbox.js';
export { reportSandbox } from './sandbox/sandbox-report.js';
