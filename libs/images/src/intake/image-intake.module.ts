import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { StorageIdentityModule } from '@ekphrasis/storage-identity';
import { PictureUpload } from '../uploads/picture-upload.service.js';
import { UploadMemoryModule } from '../uploads/upload-memory.module.js';
import { AcceptedImagesRepository } from './accepted-images.repository.js';
import { HighWaterMark } from './high-water-mark.js';
import { ImageIds } from './image-ids.js';
import { ImageIntake } from './image-intake.service.js';
import { KnownIds, noKnownIds } from './known-ids.js';

/** Where a process keeps ids that it knows to be given out. */
export interface KnownIdsSource {
  module: Type;
  /** A provider that the module exports. */
  provider: Type<KnownIds>;
}

/** Taking images in, by their URL (`ImageIntake`) or with their bytes (`PictureUpload`). */
@Module({})
export class ImageIntakeModule {
  /** @param knownIds none in a process that keeps no ids */
  static forRoot(knownIds?: KnownIdsSource): DynamicModule {
    return {
      module: ImageIntakeModule,
      imports: [StorageIdentityModule, UploadMemoryModule, ...(knownIds ? [knownIds.module] : [])],
      providers: [
        AcceptedImagesRepository,
        HighWaterMark,
        ImageIds,
        ImageIntake,
        PictureUpload,
        knownIds ? { provide: KnownIds, useExisting: knownIds.provider } : { provide: KnownIds, useValue: noKnownIds },
      ],
      exports: [AcceptedImagesRepository, ImageIntake, PictureUpload],
    };
  }
}
