import { defineEvents } from './events/define-events.js';
import { imageDescribed, type ImageDescribed } from './image-described/v1.js';
import { imageFailed, type ImageFailed } from './image-failed/v1.js';
import { processingCompleted, type ProcessingCompleted } from './processing-completed/v1.js';
import { processingFailed, type ProcessingFailed } from './processing-failed/v1.js';

/** What the notifier tells clients of, beside what it measures itself. */
export type ClientEvent = ImageDescribed | ImageFailed | ProcessingCompleted | ProcessingFailed;

export const clientEvents = defineEvents<ClientEvent>('notifier.events', [
  imageDescribed,
  imageFailed,
  processingCompleted,
  processingFailed,
]);
