import { createHttpClient, FetchingSettings } from '@ekphrasis/fetching';
import { Registry } from '@ekphrasis/observability';
import type { Database } from '@ekphrasis/persistence';
import {
  DeliveriesRepository,
  DeliveryLifecycleRepository,
  WebhooksRepository,
  type Webhook,
} from '@ekphrasis/webhooks';
import { EventDeliveries } from '../src/webhooks/events/event-deliveries.service.js';
import { KnownWebhooks } from '../src/webhooks/events/known-webhooks.js';
import { DeliveryScheduler } from '../src/webhooks/scheduling/delivery-scheduler.service.js';
import { OutcomeRecorder } from '../src/webhooks/scheduling/outcome-recorder.js';
import { WebhookSender } from '../src/webhooks/sending/webhook-sender.js';
import { WebhookMetrics } from '../src/webhooks/webhook.metrics.js';
import { WebhookSettings } from '../src/webhooks/webhook.settings.js';

/** What delivers, as the notifier has it, without the broker. */
export class RunningDeliveries {
  readonly known: KnownWebhooks;
  readonly webhooks: WebhooksRepository;
  readonly deliveries: DeliveriesRepository;
  readonly registry = new Registry();
  private readonly scheduler: DeliveryScheduler;
  private readonly sender: WebhookSender;
  private readonly events: EventDeliveries;

  private constructor(
    private readonly database: Database,
    settings: WebhookSettings,
  ) {
    const lifecycle = new DeliveryLifecycleRepository(database);
    this.webhooks = new WebhooksRepository(database);
    this.deliveries = new DeliveriesRepository(database, database);
    this.known = new KnownWebhooks(this.webhooks);
    const fetching = Object.assign(new FetchingSettings(), { FETCH_ALLOWED_NETWORKS: ['127.0.0.0/8'] });
    const client = createHttpClient(fetching, { connectionsToAHost: 10_000 });
    this.sender = new WebhookSender(client, settings);
    this.scheduler = new DeliveryScheduler(
      settings,
      this.known,
      this.deliveries,
      lifecycle,
      this.webhooks,
      this.sender,
      new OutcomeRecorder(lifecycle),
      new WebhookMetrics(this.registry),
    );
    this.events = new EventDeliveries(this.known, lifecycle, this.scheduler);
  }

  static async start(database: Database, settings: Partial<WebhookSettings> = {}): Promise<RunningDeliveries> {
    const running = new RunningDeliveries(database, Object.assign(new WebhookSettings(), settings));
    await running.known.loadAll();
    running.scheduler.onApplicationBootstrap();
    return running;
  }

  add(clientId: string, url: string): Promise<Webhook> {
    return this.webhooks.create(clientId, { url, events: ['red.measured'], threshold: null, enabled: true });
  }

  /** Events of clients, in one transaction, as a consumer appends them. */
  async tell(clientIds: readonly string[], name: string): Promise<void> {
    const toWake = await this.database.transaction().execute((transaction) =>
      this.events.append(
        transaction,
        clientIds.map((clientId, index) => ({
          eventId: `${name}-${index}`,
          clientId,
          type: 'red.measured' as const,
          timestamp: new Date().toISOString(),
          data: { measurement_id: name, red: 0.5, width: 4_000, height: 3_000 },
        })),
      ),
    );
    this.events.committed(toWake);
  }

  async stop(): Promise<void> {
    await this.scheduler.beforeApplicationShutdown();
    await this.sender.onApplicationShutdown();
  }
}
