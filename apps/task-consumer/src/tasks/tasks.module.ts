import { Module } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { GrpcClientSettings, MessageClient } from '@ekphrasis/grpc';
import { TaskConsumerSettings } from '../task-consumer.settings.js';
import { ResultsRepository } from './results.repository.js';
import { TaskConsumer } from './task.consumer.js';
import { TaskService } from './task.service.js';

@Module({
  providers: [
    { provide: TaskConsumerSettings, useFactory: () => readEnvironment(TaskConsumerSettings) },
    { provide: MessageClient, useFactory: () => new MessageClient(readEnvironment(GrpcClientSettings)) },
    ResultsRepository,
    TaskService,
    TaskConsumer,
  ],
})
export class TasksModule {}
