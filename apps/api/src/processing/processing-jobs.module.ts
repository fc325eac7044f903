import { Module } from '@nestjs/common';
import { ProcessingLifecycleRepository } from './lifecycle/processing-lifecycle.repository.js';
import { ProcessingJobsRepository } from './processing-jobs.repository.js';

/** The rows of processing jobs. */
@Module({
  providers: [ProcessingJobsRepository, ProcessingLifecycleRepository],
  exports: [ProcessingJobsRepository, ProcessingLifecycleRepository],
})
export class ProcessingJobsModule {}
