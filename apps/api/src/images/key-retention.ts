import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MaintenanceTask } from '../maintenance/maintenance-task.js';
import { MaintenanceTurns } from '../maintenance/maintenance-turns.js';
import { ImagesRepository } from './images.repository.js';

const keptHours = 24;
const everyMs = 600_000;
const pageSize = 1_000;

/** Forgets idempotency keys after a day, by pages. */
@Injectable()
export class KeyRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: MaintenanceTask;

  constructor(
    private readonly repository: ImagesRepository,
    turns: MaintenanceTurns,
  ) {
    this.task = new MaintenanceTask(turns, { name: KeyRetention.name, everyMs, pages: () => this.pages() });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  private async *pages(): AsyncGenerator<void> {
    // not each page from the beginning: in the index lies all that was forgotten, until it is vacuumed
    let from: Date | undefined = new Date(0);
    while ((from = await this.repository.forgetKeys(keptHours, from, pageSize))) yield;
  }
}
