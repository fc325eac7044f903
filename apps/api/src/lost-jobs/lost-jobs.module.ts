import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { ProcessingJobsModule } from '../processing/processing-jobs.module.js';
import { CaptionQueuePosition } from './caption-queue-position.js';
import { LostCaptionJobs } from './lost-caption-jobs.js';
import { LostMeasurementJobs } from './lost-measurement-jobs.js';
import { LostProcessingJobs } from './lost-processing-jobs.js';
import { ProcessingQueuePosition } from './processing-queue-position.js';
import { RedModule } from '../red/red.module.js';

@Module({
  imports: [ImagesModule, ProcessingJobsModule, RedModule],
  providers: [CaptionQueuePosition, LostCaptionJobs, LostMeasurementJobs, LostProcessingJobs, ProcessingQueuePosition],
  exports: [CaptionQueuePosition, ProcessingQueuePosition],
})
export class LostJobsModule {}
