import { randomBytes } from 'node:crypto';

/** Standard Webhooks asks for 24 to 64. */
const secretBytes = 32;
const idBytes = 12;

/** A secret to sign by: `whsec_` and 32 random bytes in base64. */
export function newSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`;
}

/** `wh_` and 24 hexadecimal digits. */
export function newWebhookId(): string {
  return `wh_${randomBytes(idBytes).toString('hex')}`;
}
