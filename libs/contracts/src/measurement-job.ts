import { defineJob } from './jobs/define-job.js';
import { measurementTaken } from './measurement-taken/v1.js';

/** Count one measurement, and decide who is told of it. */
export const measurementJob = defineJob({
  name: 'measurement',
  request: measurementTaken,
  row: 'measurementId',
  // a day of retries while the database is away
  retry: { delaysMs: [1_000, 5_000, 20_000, 60_000], maxAttempts: 5, maxUncountedRetries: 1_440 },
});
