import { Module } from '@nestjs/common';
import { FetchingModule } from '@ekphrasis/fetching';
import { ProcessingModule } from '../processing/processing.module.js';
import { ThumbnailJobs } from './thumbnail-job.service.js';
import { ThumbnailsConsumer } from './thumbnails.consumer.js';

@Module({ imports: [FetchingModule.forRoot(), ProcessingModule], providers: [ThumbnailJobs, ThumbnailsConsumer] })
export class ThumbnailsModule {}
