import { Module } from '@nestjs/common';
import { CompletionsModule } from '../completions/completions.module.js';
import { ImagesModule } from '../images/images.module.js';
import { LostJobsRepository } from './lost-jobs.repository.js';
import { LostJobs } from './lost-jobs.service.js';

@Module({ imports: [CompletionsModule, ImagesModule], providers: [LostJobs, LostJobsRepository] })
export class LostJobsModule {}
