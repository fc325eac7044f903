import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { ProgressModule } from '../progress/progress.module.js';
import { CaptionFront } from './caption-front.js';
import { CompletionRecorder } from './completion-recorder.service.js';
import { CompletionsConsumer } from './completions.consumer.js';
import { CompletionsRepository } from './completions.repository.js';
import { RecordedListener } from './recorded.listener.js';
import { RegistryComparison } from './registry-comparison.js';

@Module({
  imports: [ImagesModule, ProgressModule],
  providers: [
    CaptionFront,
    CompletionRecorder,
    CompletionsConsumer,
    CompletionsRepository,
    RecordedListener,
    RegistryComparison,
  ],
  exports: [CaptionFront, CompletionsConsumer, RecordedListener],
})
export class CompletionsModule {}
