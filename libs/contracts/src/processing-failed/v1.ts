import { EndedProcessing } from '../ended-processing.js';
import { defineMessage } from '../message-contract.js';

/** A client's upload cannot be processed, and nothing more is tried by itself: told to the client. */
export class ProcessingFailed extends EndedProcessing {}

export const processingFailed = defineMessage('processing.failed', 1, ProcessingFailed);
