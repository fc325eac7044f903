import { Module } from '@nestjs/common';
import { StorageIdentityModule } from '@ekphrasis/storage-identity';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { ProcessingModule } from '../processing/processing.module.js';
import { ImageObjects } from './image-objects.js';
import { MeasuredPictures } from './measured-pictures.js';
import { OrphanSweep } from './orphan-sweep.service.js';
import { OrphansRepository } from './orphans.repository.js';
import { ProcessedPictures, UploadedOriginals } from './processing-objects.js';
import { SWEPT_OBJECTS, type SweptObjects } from './swept-objects.js';

const kinds = [ImageObjects, MeasuredPictures, UploadedOriginals, ProcessedPictures];

@Module({
  imports: [MaintenanceModule, ProcessingModule, StorageIdentityModule],
  providers: [
    ...kinds,
    { provide: SWEPT_OBJECTS, useFactory: (...each: SweptObjects[]) => each, inject: kinds },
    OrphanSweep,
    OrphansRepository,
  ],
})
export class OrphansModule {}
