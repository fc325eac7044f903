import { Module } from '@nestjs/common';
import { ImageIntakeModule, ImageStatusModule } from '@ekphrasis/images';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { FinishedIdsModule } from './finished-ids/finished-ids.module.js';
import { ProcessedIdsRegistry } from './finished-ids/processed-ids-registry.js';
import { ImagesController } from './images.controller.js';
import { KeyRetention } from './key-retention.js';
import { ImageLifecycleRepository } from './lifecycle/image-lifecycle.repository.js';

@Module({
  imports: [
    FinishedIdsModule,
    ImageIntakeModule.forRoot({ module: FinishedIdsModule, provider: ProcessedIdsRegistry }),
    ImageStatusModule,
    MaintenanceModule,
  ],
  controllers: [ImagesController],
  providers: [ImageLifecycleRepository, KeyRetention],
  exports: [FinishedIdsModule, ImageIntakeModule, ImageLifecycleRepository, ImageStatusModule],
})
export class ImagesModule {}
