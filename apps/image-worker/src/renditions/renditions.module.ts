import { Module } from '@nestjs/common';
import { FetchingModule } from '@ekphrasis/fetching';
import { ProcessingModule } from '../processing/processing.module.js';
import { RENDITION_HANDLERS, type RenditionHandler } from './rendition-handler.js';
import { RenditionsConsumer } from './renditions.consumer.js';
import { Renditions } from './renditions.service.js';
import { ThumbnailJobs } from './thumbnail-job.service.js';

/** One for each of `renditionJobs`. */
const handlers = [ThumbnailJobs];

@Module({
  imports: [FetchingModule.forRoot(), ProcessingModule],
  providers: [
    Renditions,
    RenditionsConsumer,
    ...handlers,
    { provide: RENDITION_HANDLERS, useFactory: (...all: RenditionHandler[]) => all, inject: handlers },
  ],
})
export class RenditionsModule {}
