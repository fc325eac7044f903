import { Inject, Injectable } from '@nestjs/common';
import { ApiSettings } from '../api.settings.js';
import { ExpiredRows } from '../maintenance/expired-rows.js';
import { Maintenance } from '../maintenance/maintenance.service.js';
import { Removal, type RemovedImages } from './removal.service.js';

const everyMs = 600_000;

/** Removes images that ended `RETAIN_DAYS` ago, by pages. Off where that is 0. */
@Injectable()
export class ImageRetention {
  constructor(
    private readonly removal: Removal,
    private readonly expired: ExpiredRows,
    maintenance: Maintenance,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'RETAIN_DAYS'>,
  ) {
    if (settings.RETAIN_DAYS === 0) return;
    maintenance.add({ name: ImageRetention.name, everyMs, pages: () => this.pages() });
  }

  private async *pages(): AsyncGenerator<void> {
    // not each page from the beginning: in the index lies all that was removed, until it is vacuumed
    let from: Date | undefined = new Date(0);
    while (from) {
      const { removed, next }: RemovedImages = await this.removal.removeFinished(this.settings.RETAIN_DAYS, from);
      this.expired.removed('image', removed);
      from = next;
      yield;
    }
  }
}
