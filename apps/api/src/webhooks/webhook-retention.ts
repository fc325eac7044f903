import { Inject, Injectable } from '@nestjs/common';
import { DeliveriesRepository, WebhooksRepository } from '@ekphrasis/webhooks';
import { ApiSettings } from '../api.settings.js';
import { ExpiredRows } from '../maintenance/expired-rows.js';
import { Maintenance } from '../maintenance/maintenance.service.js';

const everyMs = 600_000;
const pageSize = 1_000;

/** Forgets events with their deliveries, and deleted webhooks, after `WEBHOOK_RETAIN_DAYS`, by pages. */
@Injectable()
export class WebhookRetention {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly expired: ExpiredRows,
    maintenance: Maintenance,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'WEBHOOK_RETAIN_DAYS'>,
  ) {
    maintenance.add({ name: WebhookRetention.name, everyMs, pages: () => this.pages() });
  }

  private async *pages(): AsyncGenerator<void> {
    const { WEBHOOK_RETAIN_DAYS: days } = this.settings;
    await this.webhooks.forgetDeleted(days);
    for (let forgotten = pageSize; forgotten === pageSize;) {
      forgotten = await this.deliveries.forget(days, pageSize);
      this.expired.removed('webhook-event', forgotten);
      yield;
    }
  }
}
