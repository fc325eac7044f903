import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { AcceptedImagesRepository } from './accepted-images.repository.js';
import { HighWaterMark } from './high-water-mark.js';
import { StorageIdentityModule } from '../storage-identity/storage-identity.module.js';
import { ImageIds } from './image-ids.js';
import { ImageIntake } from './image-intake.service.js';
import { ImagesController } from './images.controller.js';
import { ImagesRepository } from './images.repository.js';
import { ImageLifecycleRepository } from './lifecycle/image-lifecycle.repository.js';
import { KeyRetention } from './key-retention.js';
import { PictureUpload } from './picture-upload.service.js';
import { ProcessedIdsRegistry } from './processed-ids-registry.js';

@Module({
  imports: [MaintenanceModule, StorageIdentityModule],
  controllers: [ImagesController],
  providers: [
    AcceptedImagesRepository,
    HighWaterMark,
    ImageIds,
    ImageIntake,
    ImageLifecycleRepository,
    ImagesRepository,
    KeyRetention,
    PictureUpload,
    ProcessedIdsRegistry,
  ],
  exports: [ImageLifecycleRepository, ImagesRepository, ProcessedIdsRegistry],
})
export class ImagesModule {}
