import { Module } from '@nestjs/common';
import { FetchingModule } from '@ekphrasis/fetching';
import { ProcessingModule } from '../processing/processing.module.js';
import { Renditions } from './renditions.service.js';
import { ThumbnailsConsumer } from './thumbnails.consumer.js';

@Module({
  imports: [FetchingModule.forRoot(), ProcessingModule],
  providers: [Renditions, ThumbnailsConsumer],
})
export class RenditionsModule {}
