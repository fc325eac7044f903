import { defineJob } from './jobs/define-job.js';
import { thumbnailRequested } from './thumbnail-requested/v1.js';

/** Make one image's thumbnail. Nothing is recorded of it: it is in storage, or is asked for again by the next who wants to see it. */
export const thumbnailJob = defineJob({
  name: 'thumbnail',
  request: thumbnailRequested,
  row: 'imageId',
  retry: { delaysMs: [1_000, 5_000], maxAttempts: 3, maxUncountedRetries: 60 },
});
