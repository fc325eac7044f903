import { Module } from '@nestjs/common';
import { DeadLettersModule } from '../dead-letters/dead-letters.module.js';
import { ImagesModule } from '../images/images.module.js';
import { RetriesController } from './retries.controller.js';
import { RetriesRepository } from './retries.repository.js';
import { Retries } from './retries.service.js';

@Module({
  imports: [DeadLettersModule, ImagesModule],
  controllers: [RetriesController],
  providers: [Retries, RetriesRepository],
})
export class RetriesModule {}
