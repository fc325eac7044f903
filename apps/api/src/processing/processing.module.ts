import { Module } from '@nestjs/common';
import { StorageIdentityModule } from '@ekphrasis/storage-identity';
import { DeadLettersModule } from '../dead-letters/dead-letters.module.js';
import { LostJobsModule } from '../lost-jobs/lost-jobs.module.js';
import { ProgressModule } from '../progress/progress.module.js';
import { PictureStorages } from './picture-storages.service.js';
import { ProcessingChanges } from './processing-changes.service.js';
import { ProcessingIntake } from './processing-intake.service.js';
import { ProcessingJobsModule } from './processing-jobs.module.js';
import { ProcessingProgressController } from './processing-progress.controller.js';
import { ProcessingRecorder } from './processing-recorder.service.js';
import { ProcessingReportsConsumer } from './processing-reports.consumer.js';
import { ProcessingController } from './processing.controller.js';
import { ProcessingMetrics } from './processing.metrics.js';
import { QueueMetrics } from './queue-metrics.service.js';

@Module({
  imports: [DeadLettersModule, LostJobsModule, ProcessingJobsModule, ProgressModule, StorageIdentityModule],
  controllers: [ProcessingController, ProcessingProgressController],
  providers: [
    PictureStorages,
    ProcessingChanges,
    ProcessingIntake,
    ProcessingMetrics,
    ProcessingRecorder,
    ProcessingReportsConsumer,
    QueueMetrics,
  ],
  exports: [PictureStorages],
})
export class ProcessingModule {}
