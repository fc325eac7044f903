import { EndedProcessing } from '../ended-processing.js';
import { defineMessage } from '../message-contract.js';

/** A client's upload is processed: told to the client. What workers report of their jobs has another name. */
export class ProcessingCompleted extends EndedProcessing {}

export const processingCompleted = defineMessage('processing.completed', 1, ProcessingCompleted);
