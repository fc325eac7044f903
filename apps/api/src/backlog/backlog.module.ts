import { Module } from '@nestjs/common';
import { DeadLettersModule } from '../dead-letters/dead-letters.module.js';
import { ImagesModule } from '../images/images.module.js';
import { BacklogMetrics } from './backlog.metrics.js';
import { UnfinishedImagesRepository } from './unfinished-images.repository.js';

@Module({ imports: [ImagesModule, DeadLettersModule], providers: [BacklogMetrics, UnfinishedImagesRepository] })
export class BacklogModule {}
