import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { ImageProgress } from './image-progress.js';
import { ProgressController } from './progress.controller.js';
import { ProgressStream } from './progress-stream.js';

@Module({
  imports: [ImagesModule, ShutdownModule],
  controllers: [ProgressController],
  providers: [ImageProgress, ProgressStream],
  exports: [ImageProgress],
})
export class ProgressModule {}
