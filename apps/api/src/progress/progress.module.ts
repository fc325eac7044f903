import { Module } from '@nestjs/common';
import { ConnectionDrainingModule } from '@ekphrasis/service';
import { ImagesModule } from '../images/images.module.js';
import { ImageProgress } from './image-progress.js';
import { ProgressController } from './progress.controller.js';
import { ProgressStreams } from './progress-streams.service.js';
import { StatusReader } from './status-reader.js';

@Module({
  imports: [ImagesModule, ConnectionDrainingModule],
  controllers: [ProgressController],
  providers: [ImageProgress, ProgressStreams, StatusReader],
  exports: [ImageProgress],
})
export class ProgressModule {}
