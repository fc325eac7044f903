import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { BatchesController } from './batches.controller.js';
import { Batches } from './batches.service.js';

@Module({ imports: [ImagesModule], controllers: [BatchesController], providers: [Batches] })
export class BatchesModule {}
