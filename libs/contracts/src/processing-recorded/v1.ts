import { ArrayNotEmpty, IsUUID } from 'class-validator';
import { defineMessage } from '../message-contract.js';

/** Where a processing job is on its way, as clients read it. */
export const processingStatuses = ['queued', 'processing', 'completed', 'failed'] as const;
export type ProcessingStatus = (typeof processingStatuses)[number];

/** Broadcast to every replica of the API, after the commit: the status of these jobs has changed. */
export class ProcessingRecorded {
  @ArrayNotEmpty()
  @IsUUID(undefined, { each: true })
  jobIds: string[];
}

export const processingRecorded = defineMessage('processing.recorded', 1, ProcessingRecorded);
