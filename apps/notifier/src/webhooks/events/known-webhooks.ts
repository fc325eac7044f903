import { Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { Schema } from '@ekphrasis/persistence';
import { WebhooksRepository, type Webhook, type WebhookEventType } from '@ekphrasis/webhooks';

/** Something that happened to what a client has submitted, as far as it decides who is told. */
export interface Occurrence {
  clientId: string;
  type: WebhookEventType;
  /** Of `red.exceeded`: 0 to 1. */
  red?: number;
}

/**
 * All webhooks with their addresses, secrets and thresholds, in memory, as they were left by the change with the newest known revision.
 */
@Injectable()
export class KnownWebhooks {
  private readonly byId = new Map<string, { webhook: Webhook; revision: number }>();
  private readonly byClient = new Map<string, Set<string>>();
  private revision?: number;

  constructor(private readonly repository: WebhooksRepository) {}

  get size(): number {
    return this.byId.size;
  }

  /** Resolves once they have been read. For health checks. */
  async check(): Promise<void> {
    if (this.revision === undefined) throw new Error('the webhooks are not known yet');
  }

  /** A webhook that is to be told; undefined where it is disabled, deleted or not known. */
  enabled(webhookId: string): Webhook | undefined {
    const { webhook } = this.byId.get(webhookId) ?? {};
    return webhook?.enabled ? webhook : undefined;
  }

  /** Whom to tell. @returns the ids of webhooks */
  askingFor({ clientId, type, red }: Occurrence): string[] {
    return [...(this.byClient.get(clientId) ?? [])].filter((id) => {
      const webhook = this.enabled(id);
      if (!webhook?.events.includes(type)) return false;
      return type !== 'red.exceeded' || (webhook.threshold !== null && red !== undefined && red > webhook.threshold);
    });
  }

  /**
   * Reads what has changed, if anything has: a look at one number. Where the database has come back older than it was, all of it is read.
   * @param within a transaction of the caller's, whose decisions are to see every change that was committed before them
   */
  async refresh(within?: Kysely<Schema>): Promise<void> {
    const current = await this.repository.revision(within);
    if (current === this.revision) return;
    const isOlder = this.revision !== undefined && current < this.revision;
    await this.load(isOlder ? undefined : this.revision, within);
  }

  /** Reads all of them anew. */
  loadAll(): Promise<void> {
    return this.load(undefined);
  }

  private async load(after: number | undefined, within?: Kysely<Schema>): Promise<void> {
    const { changes, upTo } = await this.repository.changesAfter(after ?? -1, within);
    if (after === undefined) this.forgetAll();
    for (const { webhook, revision, isDeleted } of changes) {
      // two reads may overlap
      if ((this.byId.get(webhook.webhookId)?.revision ?? -1) > revision) continue;
      if (isDeleted) this.forget(webhook);
      else this.keep(webhook, revision);
    }
    this.revision = after === undefined ? upTo : Math.max(upTo, this.revision ?? upTo);
  }

  private keep(webhook: Webhook, revision: number): void {
    this.byId.set(webhook.webhookId, { webhook, revision });
    const ofClient = this.byClient.get(webhook.clientId) ?? new Set();
    this.byClient.set(webhook.clientId, ofClient.add(webhook.webhookId));
  }

  private forget({ webhookId, clientId }: Webhook): void {
    this.byId.delete(webhookId);
    const ofClient = this.byClient.get(clientId);
    ofClient?.delete(webhookId);
    if (ofClient?.size === 0) this.byClient.delete(clientId);
  }

  private forgetAll(): void {
    this.byId.clear();
    this.byClient.clear();
  }
}
