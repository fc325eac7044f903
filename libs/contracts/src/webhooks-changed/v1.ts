import { ArrayNotEmpty, IsString } from 'class-validator';
import { defineMessage } from '../message-contract.js';

/**
 * Webhooks that were made, changed or deleted, or that have something new to deliver: told to every notifier, after the commit. What
 * is new stands in the database, with the secrets.
 */
export class WebhooksChanged {
  @ArrayNotEmpty()
  @IsString({ each: true })
  webhookIds: string[];
}

export const webhooksChanged = defineMessage('webhooks.changed', 1, WebhooksChanged);
