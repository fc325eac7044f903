import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { codeOf } from '@ekphrasis/errors';
import type { HttpClient } from '@ekphrasis/fetching';
import type { ClaimedDelivery, Webhook } from '@ekphrasis/webhooks';
import { WebhookSettings } from '../webhook.settings.js';
import { Signatures } from './signatures.js';
import { WEBHOOK_HTTP_CLIENT } from './webhook-http-client.js';

/** Of an answer's body, which nobody reads: more than this, or slower, costs the receiver its connection and nothing else. */
const mostOfAnswer = { bytes: 16_384, milliseconds: 1_000 };

/** How an attempt ended. */
export interface SentAttempt {
  at: Date;
  /** Undefined where there was no answer. */
  statusCode?: number;
  /** An error's code, where there was none. */
  error?: string;
  /** Until the answer's head, or until it was given up. */
  durationMs: number;
}

/** Tells one receiver, as Standard Webhooks has it: https://www.standardwebhooks.com */
@Injectable()
export class WebhookSender implements OnApplicationShutdown {
  private readonly signatures = new Signatures();

  constructor(
    @Inject(WEBHOOK_HTTP_CLIENT) private readonly client: HttpClient,
    private readonly settings: WebhookSettings,
  ) {}

  /**
   * One attempt. An answer is any status: redirects are not followed, and of the body nothing counts.
   * @throws the signal's reason; whatever else happens is how the attempt ended
   */
  async send(webhook: Webhook, { eventId: id, body }: ClaimedDelivery, signal: AbortSignal): Promise<SentAttempt> {
    const at = new Date();
    const startedAt = performance.now();
    let answered: SentAttempt | undefined;
    const ended = (): number => Math.round(performance.now() - startedAt);
    try {
      await this.client.send(
        {
          method: 'POST',
          url: new URL(webhook.url),
          headers: {
            'content-type': 'application/json',
            'webhook-id': id,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
            'webhook-signature': this.signatures.of(webhook, { id, timestamp: at, body }),
          },
          body,
          timeoutMs: this.settings.WEBHOOK_TIMEOUT_MS,
          signal,
        },
        async (answer) => {
          answered = { at, statusCode: answer.status, durationMs: ended() };
          await answer.finish(mostOfAnswer);
        },
      );
    } catch (error) {
      // what goes wrong behind an answer takes nothing back of it
      if (answered) return answered;
      signal.throwIfAborted();
      return { at, error: codeOf(error), durationMs: ended() };
    }
    return answered ?? { at, error: 'unexpected', durationMs: ended() };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}
