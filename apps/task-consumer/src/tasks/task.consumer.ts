import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { taskQueue } from '@ekphrasis/contracts';
import { MessageClient } from '@ekphrasis/grpc';
import { Consumers } from '@ekphrasis/messaging';
import { TaskConsumerSettings } from '../task-consumer.settings.js';
import { TaskService } from './task.service.js';

/** Takes messages of `task_queue`, one at a time; several processes share the queue. */
@Injectable()
export class TaskConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly consumers: Consumers,
    private readonly tasks: TaskService,
    private readonly client: MessageClient,
    private readonly settings: TaskConsumerSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.identified({
      readiness: 'tasks',
      queue: taskQueue.name,
      drainMs: this.settings.SHUTDOWN_TIMEOUT_MS,
      handle: (message) => this.tasks.run(message),
    });
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
