import { Module } from '@nestjs/common';
import { ImageStatusRepository } from './image-status.repository.js';

/** Reading where images are on their way. */
@Module({ providers: [ImageStatusRepository], exports: [ImageStatusRepository] })
export class ImageStatusModule {}
