import { Module } from '@nestjs/common';
import { AccessSettings } from '@ekphrasis/access';
import { readEnvironment } from '@ekphrasis/configuration';
import { GrpcClientSettings, MessageClient } from '@ekphrasis/grpc';
import { TaskConsumerSettings } from '../task-consumer.settings.js';
import { ResultsRepository } from './results.repository.js';
import { TaskConsumer } from './task.consumer.js';
import { TaskService } from './task.service.js';

@Module({
  providers: [
    { provide: TaskConsumerSettings, useFactory: () => readEnvironment(TaskConsumerSettings) },
    { provide: MessageClient, useFactory: () => new MessageClient(clientSettings()) },
    ResultsRepository,
    TaskService,
    TaskConsumer,
  ],
})
export class TasksModule {}

/** Where keys are asked for, and it was given none of its own, it shows the operator's token: it is a part of the product. */
function clientSettings(): GrpcClientSettings {
  const settings = readEnvironment(GrpcClientSettings);
  const { API_KEYS, ADMIN_TOKEN } = readEnvironment(AccessSettings);
  if (API_KEYS === 'optional' || settings.GRPC_API_KEY !== undefined) return settings;
  return { ...settings, GRPC_API_KEY: ADMIN_TOKEN };
}
