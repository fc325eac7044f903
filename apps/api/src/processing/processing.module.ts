import { Module } from '@nestjs/common';
import { StorageIdentityModule } from '@ekphrasis/storage-identity';
import { DeadLettersModule } from '../dead-letters/dead-letters.module.js';
import { LostJobsModule } from '../lost-jobs/lost-jobs.module.js';
import { PictureStorages } from './picture-storages.service.js';
import { ProcessingIntake } from './processing-intake.service.js';
import { ProcessingJobsModule } from './processing-jobs.module.js';
import { ProcessingRecorder } from './processing-recorder.service.js';
import { ProcessingReportsConsumer } from './processing-reports.consumer.js';
import { ProcessingController } from './processing.controller.js';
import { QueueMetrics } from './queue-metrics.service.js';

@Module({
  imports: [DeadLettersModule, LostJobsModule, ProcessingJobsModule, StorageIdentityModule],
  controllers: [ProcessingController],
  providers: [PictureStorages, ProcessingIntake, ProcessingRecorder, ProcessingReportsConsumer, QueueMetrics],
  exports: [PictureStorages],
})
export class ProcessingModule {}
