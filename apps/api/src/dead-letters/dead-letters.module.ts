import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { DeadLettersConsumer } from './dead-letters.consumer.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { DeadLetters } from './dead-letters.service.js';

@Module({
  imports: [ImagesModule],
  controllers: [DeadLettersController],
  providers: [DeadLetters, DeadLettersConsumer, DeadLettersRepository],
  exports: [DeadLettersRepository],
})
export class DeadLettersModule {}
