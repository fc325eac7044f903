import { Module } from '@nestjs/common';
import { UploadMemoryModule } from '@ekphrasis/images';
import { StorageIdentityModule } from '@ekphrasis/storage-identity';
import { DeadLettersModule } from '../dead-letters/dead-letters.module.js';
import { LostJobsModule } from '../lost-jobs/lost-jobs.module.js';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
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
import { ExpiredProcessingRepository } from './retention/expired-processing.repository.js';
import { ProcessingRetention } from './retention/processing-retention.js';
import { QueueMetrics } from './queue-metrics.service.js';

@Module({
  imports: [
    DeadLettersModule,
    LostJobsModule,
    MaintenanceModule,
    ProcessingJobsModule,
    ProgressModule,
    StorageIdentityModule,
    UploadMemoryModule,
  ],
  controllers: [ProcessingController, ProcessingProgressController],
  providers: [
    ExpiredProcessingRepository,
    PictureStorages,
    ProcessingChanges,
    ProcessingIntake,
    ProcessingMetrics,
    ProcessingRecorder,
    ProcessingReportsConsumer,
    ProcessingRetention,
    QueueMetrics,
  ],
  exports: [PictureStorages],
})
export class ProcessingModule {}
