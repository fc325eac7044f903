import { Module } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { GalleryController } from './gallery.controller.js';
import { GalleryRepository } from './gallery.repository.js';
import { GallerySettings } from './gallery.settings.js';

/** What was submitted last, for the page to open on. */
@Module({
  controllers: [GalleryController],
  providers: [GalleryRepository, { provide: GallerySettings, useFactory: () => readEnvironment(GallerySettings) }],
})
export class GalleryModule {}
