import type { Publisher } from '@ekphrasis/messaging';
import type { Database } from '@ekphrasis/persistence';
import { DeadCaptionJobs } from '../src/dead-letters/dead-caption-jobs.js';
import { DeadEvents } from '../src/dead-letters/dead-events.js';
import type { DeadJobs } from '../src/dead-letters/dead-jobs.js';
import { DeadMeasurementJobs } from '../src/dead-letters/dead-measurement-jobs.js';
import { DeadProcessingJobs } from '../src/dead-letters/dead-processing-jobs.js';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { ProcessingLifecycleRepository } from '../src/processing/lifecycle/processing-lifecycle.repository.js';

/** What the dead letters of every kind of job mean whose dead ones are not forgotten. */
export function everyDeadJobs(database: Database, publisher: Publisher = {} as Publisher): DeadJobs[] {
  return [
    new DeadCaptionJobs(new ImageLifecycleRepository(database), publisher),
    new DeadEvents(),
    new DeadMeasurementJobs(database),
    new DeadProcessingJobs(new ProcessingLifecycleRepository(database), publisher),
  ];
}
