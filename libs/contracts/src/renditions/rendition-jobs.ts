import { defineJob } from '../jobs/define-job.js';
import { defineMessage } from '../message-contract.js';
import { RenditionRequested } from './rendition-requested.js';

/**
 * What is made of an image's picture when somebody asks for it first, by the name of its kind of job. Nothing is recorded of a
 * rendition: it is in storage (`renditionKey`), or is asked for again by the next who wants to see it.
 */
export const renditionJobs = {
  /** 320 pixels wide or high at most. */
  thumbnail: defineJob({
    name: 'thumbnail',
    request: defineMessage('thumbnail.requested', 1, RenditionRequested),
    row: 'imageId',
    retry: { delaysMs: [1_000, 5_000], maxAttempts: 3, maxUncountedRetries: 60 },
    deadJobs: 'forgotten',
  }),
};
