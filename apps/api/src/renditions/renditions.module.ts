import { Module } from '@nestjs/common';
import { RenditionSourcesRepository } from './rendition-sources.repository.js';
import { Renditions } from './renditions.service.js';
import { ThumbnailsController } from './thumbnails.controller.js';

@Module({
  controllers: [ThumbnailsController],
  providers: [Renditions, RenditionSourcesRepository],
})
export class RenditionsModule {}
