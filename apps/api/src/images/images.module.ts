import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { AcceptedImagesRepository } from './intake/accepted-images.repository.js';
import { HighWaterMark } from './intake/high-water-mark.js';
import { StorageIdentityModule } from '../storage-identity/storage-identity.module.js';
import { ImageIds } from './intake/image-ids.js';
import { ImageIntake } from './intake/image-intake.service.js';
import { ImagesController } from './images.controller.js';
import { ImagesRepository } from './images.repository.js';
import { ImageLifecycleRepository } from './lifecycle/image-lifecycle.repository.js';
import { KeyRetention } from './intake/key-retention.js';
import { PictureUpload } from './uploads/picture-upload.service.js';
import { ProcessedIdsRegistry } from './finished-ids/processed-ids-registry.js';

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
