import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MaintenanceTask, type MaintenanceOptions } from './maintenance-task.js';
import { MaintenanceTurns } from './maintenance-turns.js';

/** Starts and stops all tasks in the background. */
@Injectable()
export class Maintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tasks: MaintenanceTask[] = [];

  constructor(private readonly turns: MaintenanceTurns) {}

  /** To be called before the application starts: in a constructor. */
  add(options: MaintenanceOptions): void {
    this.tasks.push(new MaintenanceTask(this.turns, options));
  }

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
  }
}
