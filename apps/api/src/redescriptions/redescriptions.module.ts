import { Module } from '@nestjs/common';
import { DeadLettersModule } from '../dead-letters/dead-letters.module.js';
import { ImagesModule } from '../images/images.module.js';
import { RedescriptionsController } from './redescriptions.controller.js';
import { Redescriptions } from './redescriptions.service.js';

@Module({
  imports: [DeadLettersModule, ImagesModule],
  controllers: [RedescriptionsController],
  providers: [Redescriptions],
})
export class RedescriptionsModule {}
