export {
  codecOf,
  defineMessage,
  encodeMessage,
  MalformedMessageError,
  type Codec,
  type EncodedMessage,
  type MessageContract,
} from './message-contract.js';
export { newNonce } from './nonce.js';
export {
  descriptionKey,
  givenIdsKey,
  measuredPictureKey,
  pictureKey,
  processedKey,
  processingRecordKey,
  renditionFailureKey,
  renditionFolder,
  renditionKey,
  resultKey,
  uploadKey,
} from './storage-keys.js';
export { CaptionOptions } from './caption-requested/caption-options.js';
export { CaptionRequested, captionRequested } from './caption-requested/v1.js';
export { CaptionStarted, captionStarted } from './caption-started/v1.js';
export { CaptionResult, captionResult, FoundCaption } from './caption-result/v1.js';
export { CaptionCompleted, captionCompleted } from './caption-completed/v1.js';
export { CaptionFailed, captionFailed } from './caption-failed/v1.js';
export { DeferredBatch, DeferredJob, mostDeferredJobs } from './deferred-jobs/v1.js';
export { reportedJobIn } from './reported-job.js';
export { CaptionWaiting, captionWaiting } from './caption-waiting/v1.js';
export { ImageRecorded, imageRecorded, imageStatuses, RecordedStatus, type ImageStatus } from './image-recorded/v1.js';
export { EndedImage } from './ended-image.js';
export { ImageDescribed, imageDescribed } from './image-described/v1.js';
export { ImageFailed, imageFailed } from './image-failed/v1.js';
export { EndedProcessing } from './ended-processing.js';
export { ProcessingCompleted, processingCompleted } from './processing-completed/v1.js';
export { ProcessingFailed, processingFailed } from './processing-failed/v1.js';
export { WebhooksChanged, webhooksChanged } from './webhooks-changed/v1.js';
export { ImageDeleted, imageDeleted } from './image-deleted/v1.js';
export {
  filterNames,
  processingOperations,
  ProcessingOptions,
  resizeFits,
  watermarkPositions,
  type FilterName,
  type ProcessingOperation,
  type ResizeFit,
  type WatermarkPosition,
} from './processing-requested/processing-options.js';
export { ProcessingRequested, processingRequested } from './processing-requested/v1.js';
export { ProcessingStarted, processingStarted } from './processing-started/v1.js';
export { ProcessingResult, processingResult } from './processing-result/v1.js';
export { ProcessingDone, processingDone } from './processing-done/v1.js';
export {
  ProcessingRecorded,
  processingRecorded,
  processingStatuses,
  type ProcessingStatus,
} from './processing-recorded/v1.js';
export { RenditionRequested } from './renditions/rendition-requested.js';
export { renditionJobs } from './renditions/rendition-jobs.js';
export { processingJob } from './processing-job.js';
export { MeasurementTaken, measurementTaken } from './measurement-taken/v1.js';
export { headers } from './headers.js';
export { captionJob } from './caption-job.js';
export { clientEvents, type ClientEvent } from './client-events.js';
export { defineEvents, type EventsDefinition } from './events/define-events.js';
export { defineJob, type JobOptions } from './jobs/define-job.js';
export { measurementJob } from './measurement-job.js';
export { defineTopology, withQueues, type Topology } from './jobs/define-topology.js';
export type { JobDefinition, JobReports, RetryPolicy } from './jobs/job-definition.js';
export { imagesExchange, type ExchangeDeclaration, type QueueDeclaration } from './jobs/queue-declaration.js';
export {
  answersQueue,
  deadRequestsKey,
  requestExchange,
  requestQueues,
  requestsQueue,
  retriedRequestsKey,
} from './task-requests.js';
export { topology } from './topology.js';
export { taskQueue, taskTopology } from './task-queue.js';
export {
  protoFiles,
  type ABRequest,
  type ABResponse,
  type CaptioningClient,
  type CaptioningPackage,
  type Chunk,
  type FactorialRequest,
  type FactorialResponse,
  type GetRequest,
  type ImageMessage,
  type LetterResponse,
  type MessagePackage,
  type MessageRequest,
  type MessageResponse,
  type MessageServiceClient,
  type SubmitRequest,
  type SubmitResponse,
  type TextRequest,
  type WatchRequest,
} from './grpc/index.js';
