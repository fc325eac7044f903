import { captionJob } from './caption-job.js';
import { clientEvents } from './client-events.js';
import { defineTopology } from './jobs/define-topology.js';
import { measurementJob } from './measurement-job.js';
import { processingJob } from './processing-job.js';
import { renditionJobs } from './renditions/rendition-jobs.js';

/** Every kind of job there is, and the events that are kept for somebody: each process declares all of their queues. */
export const topology = defineTopology(
  [captionJob, measurementJob, processingJob, ...Object.values(renditionJobs)],
  [clientEvents],
);
