import { Module } from '@nestjs/common';
import { ImageChangesModule } from '@ekphrasis/images';
import { ConnectionDrainingModule } from '@ekphrasis/service';
import { ProgressController } from './progress.controller.js';
import { ProgressStreams } from './progress-streams.service.js';

@Module({
  imports: [ImageChangesModule, ConnectionDrainingModule],
  controllers: [ProgressController],
  providers: [ProgressStreams],
  exports: [ProgressStreams],
})
export class ProgressModule {}
