export { ImageChangesModule } from './changes/image-changes.module.js';
export { ImageChanges } from './changes/image-changes.service.js';
export { ImageProgress, type ChangedIds } from './changes/image-progress.js';
export type { ImageState } from './changes/image-state.js';
export { StatusReader } from './changes/status-reader.js';
export { parseImageId } from './image-id.js';
export {
  IdempotencyKeyReusedError,
  ImageIdsTakenError,
  ImageNotFoundError,
  ServiceOverloadedError,
  UploadRefusedError,
} from './images.errors.js';
export { Coalescer, type CoalescerOptions } from './intake/coalescer.js';
export { AcceptedImagesRepository, type AcceptedImage, type NewImage } from './intake/accepted-images.repository.js';
export { ImageIntakeModule, type KnownIdsSource } from './intake/image-intake.module.js';
export { ImageIntake, type ReservedImage, type Submission } from './intake/image-intake.service.js';
export { KnownIds } from './intake/known-ids.js';
export {
  captionOptionNames,
  jobOptions,
  promptCharacters,
  readCaptionOptions,
  SubmittedOptions,
} from './requests/caption-options.js';
export { isOpenTo, openTo } from './ownership.js';
export { readImageRequest, SubmittedDetails, SubmittedImage, tagCharacters } from './requests/image-request.js';
export { requestFingerprint } from './requests/request-fingerprint.js';
export { ImageStatusModule } from './status/image-status.module.js';
export {
  imageColumns,
  ImageStatusRepository,
  type ImageRow,
  type VersionedImage,
} from './status/image-status.repository.js';
export { imageStatusView, type ImageStatusView } from './status/image-status.js';
export { UploadMemory } from './uploads/upload-memory.js';
export { UploadMemoryModule } from './uploads/upload-memory.module.js';
export {
  PictureUpload,
  type IncomingPicture,
  type UploadedPicture,
  type Uploader,
} from './uploads/picture-upload.service.js';
