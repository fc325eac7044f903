import { Module } from '@nestjs/common';
import { ThumbnailSourcesRepository } from './thumbnail-sources.repository.js';
import { ThumbnailsController } from './thumbnails.controller.js';
import { Thumbnails } from './thumbnails.service.js';

@Module({ controllers: [ThumbnailsController], providers: [Thumbnails, ThumbnailSourcesRepository] })
export class ThumbnailsModule {}
