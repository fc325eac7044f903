import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { DeadCaptionJobs } from './dead-caption-jobs.js';
import { ProcessingJobsModule } from '../processing/processing-jobs.module.js';
import { DeadEvents } from './dead-events.js';
import { DeadMeasurementJobs } from './dead-measurement-jobs.js';
import { DEAD_JOBS, type DeadJobs } from './dead-jobs.js';
import { DeadLettersConsumer } from './dead-letters.consumer.js';
import { DeadLetterStatisticsController } from './dead-letter-statistics.controller.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { DeadProcessingJobs } from './dead-processing-jobs.js';
import { DeadLetters } from './dead-letters.service.js';

@Module({
  imports: [ImagesModule, ProcessingJobsModule],
  controllers: [DeadLetterStatisticsController, DeadLettersController],
  providers: [
    DeadCaptionJobs,
    DeadEvents,
    DeadMeasurementJobs,
    DeadProcessingJobs,
    // one for each kind of job whose dead ones are not forgotten, and of events, in the topology
    {
      provide: DEAD_JOBS,
      useFactory: (...kinds: DeadJobs[]) => kinds,
      inject: [DeadCaptionJobs, DeadEvents, DeadMeasurementJobs, DeadProcessingJobs],
    },
    DeadLetters,
    DeadLettersConsumer,
    DeadLettersRepository,
  ],
  exports: [DeadLettersRepository],
})
export class DeadLettersModule {}
