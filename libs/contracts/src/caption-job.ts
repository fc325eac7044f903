import { captionCompleted } from './caption-completed/v1.js';
import { captionFailed } from './caption-failed/v1.js';
import { captionRequested } from './caption-requested/v1.js';
import { captionStarted } from './caption-started/v1.js';
import { captionWaiting } from './caption-waiting/v1.js';
import { defineJob } from './jobs/define-job.js';
import { encodeMessage } from './message-contract.js';

/** Caption one image. */
export const captionJob = defineJob({
  name: 'caption',
  request: captionRequested,
  row: 'imageId',
  // a day of retries while what all jobs need is away
  retry: { delaysMs: [1_000, 5_000, 20_000, 60_000], maxAttempts: 5, maxUncountedRetries: 1_440 },
  reports: {
    contracts: [captionStarted, captionCompleted, captionFailed, captionWaiting],
    queue: 'api.completions',
    deadKey: 'completion.dead',
    deferred: (jobs) =>
      encodeMessage(captionWaiting, {
        imageIds: jobs.map(({ imageId }) => imageId),
        nonces: jobs.map(({ nonce }) => nonce ?? ''),
      }),
  },
});
