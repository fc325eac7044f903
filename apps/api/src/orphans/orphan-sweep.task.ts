import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MaintenanceTask } from '../maintenance/maintenance-task.js';
import { MaintenanceTurns } from '../maintenance/maintenance-turns.js';
import { OrphanSweep } from './orphan-sweep.service.js';

const everyMs = 6 * 3_600_000;

/** Sweeps the storage four times a day, on one replica. */
@Injectable()
export class OrphanSweepTask implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: MaintenanceTask;

  constructor(sweep: OrphanSweep, turns: MaintenanceTurns) {
    this.task = new MaintenanceTask(turns, {
      name: OrphanSweep.name,
      everyMs,
      pages: (signal) => sweep.sweep(signal),
    });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }
}
