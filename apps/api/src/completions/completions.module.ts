import { Module } from '@nestjs/common';
import { ImageChangesModule } from '@ekphrasis/images';
import { DeadLettersModule } from '../dead-letters/dead-letters.module.js';
import { ImagesModule } from '../images/images.module.js';
import { LostJobsModule } from '../lost-jobs/lost-jobs.module.js';
import { CompletionRecorder } from './completion-recorder.service.js';
import { CompletionsConsumer } from './completions.consumer.js';
import { RecordedListener } from './recorded.listener.js';
import { RegistryComparison } from './registry-comparison.js';
import { ReportedImagesRepository } from './reported-images.repository.js';

@Module({
  imports: [DeadLettersModule, ImageChangesModule, ImagesModule, LostJobsModule],
  providers: [CompletionRecorder, CompletionsConsumer, RecordedListener, RegistryComparison, ReportedImagesRepository],
})
export class CompletionsModule {}
