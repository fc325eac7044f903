import type { FactoryProvider } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { createHttpClient, FetchingSettings, type HttpClient } from '@ekphrasis/fetching';
import { WebhookSettings } from '../webhook.settings.js';

/** Injects the client that tells receivers. */
export const WEBHOOK_HTTP_CLIENT = Symbol('WebhookHttpClient');

/** One that is quick and four that are slow: see `DeliveryScheduler`. */
const placesPerAttempt = 5;

/**
 * As many connections to one host as there are attempts, and many look-ups: receivers on one host must not wait for each other, nor for
 * names that nobody answers for. How many attempts a receiver may have is the scheduler's to say.
 */
export const webhookHttpClient: FactoryProvider<HttpClient> = {
  provide: WEBHOOK_HTTP_CLIENT,
  useFactory: ({ WEBHOOK_ALLOWED_NETWORKS, WEBHOOK_USER_AGENT, WEBHOOK_CONCURRENCY }: WebhookSettings) =>
    createHttpClient(
      {
        ...readEnvironment(FetchingSettings),
        FETCH_ALLOWED_NETWORKS: WEBHOOK_ALLOWED_NETWORKS,
        FETCH_USER_AGENT: WEBHOOK_USER_AGENT,
      },
      { connectionsToAHost: placesPerAttempt * WEBHOOK_CONCURRENCY, lookupsAtATime: WEBHOOK_CONCURRENCY },
    ),
  inject: [WebhookSettings],
};
