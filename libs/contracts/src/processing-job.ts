import { defineJob } from './jobs/define-job.js';
import { processingDone } from './processing-done/v1.js';
import { processingRequested } from './processing-requested/v1.js';
import { processingStarted } from './processing-started/v1.js';

/** Resize, mark, filter one uploaded picture. What fails is no report but a dead letter: that queue is what clients of this API watch. */
export const processingJob = defineJob({
  name: 'processing',
  request: processingRequested,
  row: 'jobId',
  // a day of retries while what all jobs need is away
  retry: { delaysMs: [1_000, 5_000, 20_000, 60_000], maxAttempts: 5, maxUncountedRetries: 1_440 },
  reports: { contracts: [processingStarted, processingDone] },
});
