import { Inject, Injectable } from '@nestjs/common';
import { DeliveriesRepository, WebhooksRepository } from '@ekphrasis/webhooks';
import { ApiSettings } from '../api.settings.js';
import { Maintenance } from '../maintenance/maintenance.service.js';

const everyMs = 600_000;
const pageSize = 1_000;

/** Forgets events with their deliveries, and deleted webhooks, after `WEBHOOK_RETAIN_DAYS`, by pages. */
@Injectable()
export class WebhookRetention {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly webhooks: WebhooksRepository,
    maintenance: Maintenance,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'WEBHOOK_RETAIN_DAYS'>,
  ) {
    maintenance.add({ name: WebhookRetention.name, everyMs, pages: () => this.pages() });
  }

  private async *pages(): AsyncGenerator<void> {
    const { WEBHOOK_RETAIN_DAYS: days } = this.settings;
    await this.webhooks.forgetDeleted(days);
    while ((await this.deliveries.forget(days, pageSize)) === pageSize) yield;
  }
}
