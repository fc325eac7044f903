import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiSettings } from '../api.settings.js';
import { MaintenanceTask } from '../maintenance/maintenance-task.js';
import { MaintenanceTurns } from '../maintenance/maintenance-turns.js';
import { Removal } from './removal.service.js';

const everyMs = 600_000;

/** Removes images that ended `RETAIN_DAYS` ago, by pages. Off where that is 0. */
@Injectable()
export class ImageRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: MaintenanceTask;

  constructor(
    private readonly removal: Removal,
    turns: MaintenanceTurns,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'RETAIN_DAYS'>,
  ) {
    this.task = new MaintenanceTask(turns, { name: ImageRetention.name, everyMs, pages: () => this.pages() });
  }

  onApplicationBootstrap(): void {
    if (this.settings.RETAIN_DAYS > 0) this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  private async *pages(): AsyncGenerator<void> {
    // not each page from the beginning: in the index lies all that was removed, until it is vacuumed
    let from: Date | undefined = new Date(0);
    while ((from = await this.removal.removeFinished(this.settings.RETAIN_DAYS, from))) yield;
  }
}
