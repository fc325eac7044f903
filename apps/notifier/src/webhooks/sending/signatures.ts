import { Webhook as Signer } from 'standardwebhooks';
import type { Webhook } from '@ekphrasis/webhooks';

/** What is signed. */
export interface SignedMessage {
  id: string;
  timestamp: Date;
  body: string;
}

/** Signs for webhooks, by their present secret and by the one before as long as that holds. Keys are decoded once for each webhook as it is now. */
export class Signatures {
  private readonly signers = new WeakMap<Webhook, { present: Signer; earlier: Signer | undefined }>();

  /** The value of `webhook-signature`: one signature, or two with a blank between them. */
  of(webhook: Webhook, { id, timestamp, body }: SignedMessage): string {
    const { present, earlier } = this.signersOf(webhook);
    const signature = present.sign(id, timestamp, body);
    const bothSign = earlier && webhook.earlierSecretUntil && timestamp < webhook.earlierSecretUntil;
    return bothSign ? `${signature} ${earlier.sign(id, timestamp, body)}` : signature;
  }

  private signersOf(webhook: Webhook): { present: Signer; earlier: Signer | undefined } {
    const known = this.signers.get(webhook);
    if (known) return known;
    const { secret, earlierSecret } = webhook;
    const made = {
      present: new Signer(secret),
      earlier: earlierSecret === null ? undefined : new Signer(earlierSecret),
    };
    this.signers.set(webhook, made);
    return made;
  }
}
