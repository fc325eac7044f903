import { captionJob } from './caption-job.js';
import { defineTopology } from './jobs/define-topology.js';

/** Every kind of job there is: each process declares all of their queues. */
export const topology = defineTopology([captionJob]);
