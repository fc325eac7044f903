import { Injectable } from '@nestjs/common';
import { AcceptedImagesRepository } from '@ekphrasis/images';
import { Maintenance } from '../maintenance/maintenance.service.js';

const keptHours = 24;
const everyMs = 600_000;
const pageSize = 1_000;

/** Forgets idempotency keys after a day, by pages. */
@Injectable()
export class KeyRetention {
  constructor(
    private readonly repository: AcceptedImagesRepository,
    maintenance: Maintenance,
  ) {
    maintenance.add({ name: KeyRetention.name, everyMs, pages: () => this.pages() });
  }

  private async *pages(): AsyncGenerator<void> {
    // not each page from the beginning: in the index lies all that was forgotten, until it is vacuumed
    let from: Date | undefined = new Date(0);
    while ((from = await this.repository.forgetKeys(keptHours, from, pageSize))) yield;
  }
}
