import { Module } from '@nestjs/common';
import { ImageChangesModule, ImageIntakeModule, ImageStatusModule } from '@ekphrasis/images';
import { ConnectionDrainingModule } from '@ekphrasis/service';
import { GrpcServerModule } from '../grpc-server/grpc-server.module.js';
import { CaptioningController } from './captioning.controller.js';
import { CaptioningService } from './captioning.service.js';
import { ImageWatches } from './image-watches.service.js';

@Module({
  imports: [
    ConnectionDrainingModule,
    GrpcServerModule,
    ImageChangesModule.listening(),
    ImageIntakeModule.forRoot(),
    ImageStatusModule,
  ],
  controllers: [CaptioningController],
  providers: [CaptioningService, ImageWatches],
})
export class CaptioningModule {}
