import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { CaptionQueuePosition } from './caption-queue-position.js';
import { LostCaptionJobs } from './lost-caption-jobs.js';

@Module({
  imports: [ImagesModule],
  providers: [CaptionQueuePosition, LostCaptionJobs],
  exports: [CaptionQueuePosition],
})
export class LostJobsModule {}
