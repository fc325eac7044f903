import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { ProcessingJobsModule } from '../processing/processing-jobs.module.js';
import { CaptionQueuePosition } from './caption-queue-position.js';
import { LostCaptionJobs } from './lost-caption-jobs.js';
import { LostProcessingJobs } from './lost-processing-jobs.js';
import { ProcessingQueuePosition } from './processing-queue-position.js';

@Module({
  imports: [ImagesModule, ProcessingJobsModule],
  providers: [CaptionQueuePosition, LostCaptionJobs, LostProcessingJobs, ProcessingQueuePosition],
  exports: [CaptionQueuePosition, ProcessingQueuePosition],
})
export class LostJobsModule {}
