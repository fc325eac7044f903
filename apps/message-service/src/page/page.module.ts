import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { PageFiles } from '@ekphrasis/service';
import { PageApiController } from './page-api.controller.js';
import { PageController } from './page.controller.js';
import { ResultsRepository } from './results.repository.js';
import { TaskSubmission } from './task-submission.service.js';

@Module({
  controllers: [PageController, PageApiController],
  providers: [
    ResultsRepository,
    TaskSubmission,
    { provide: PageFiles, useFactory: () => PageFiles.read(join(__dirname, 'public')) },
  ],
})
export class PageModule {}
