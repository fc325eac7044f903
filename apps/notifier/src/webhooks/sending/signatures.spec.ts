import { createHmac } from 'node:crypto';
import { Webhook as Verifier } from 'standardwebhooks';
import { newSecret, type Webhook } from '@ekphrasis/webhooks';
import { Signatures } from './signatures.js';

const message = { id: 'e1', timestamp: new Date(), body: '{"type":"red.measured","data":{"file":"Ü 🐈"}}' };
const webhook = (more: Partial<Webhook> = {}): Webhook => ({
  webhookId: 'wh_1',
  clientId: 'c',
  url: 'https://example.org',
  events: ['red.measured'],
  threshold: null,
  enabled: true,
  secret: newSecret(),
  earlierSecret: null,
  earlierSecretUntil: null,
  createdAt: new Date(),
  ...more,
});
const headersOf = (signature: string) => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(Math.floor(message.timestamp.getTime() / 1_000)),
  'webhook-signature': signature,
});

describe('a signature', () => {
  it('is HMAC-SHA256 by the decoded secret over id, timestamp and body', () => {
    const told = webhook();
    const key = Buffer.from(told.secret.slice('whsec_'.length), 'base64');
    const seconds = Math.floor(message.timestamp.getTime() / 1_000);
    const expected = createHmac('sha256', key).update(`${message.id}.${seconds}.${message.body}`).digest('base64');
    expect(new Signatures().of(told, message)).toBe(`v1,${expected}`);
  });

  it('is believed by who has the secret, and by nobody else', () => {
    const told = webhook();
    const headers = headersOf(new Signatures().of(told, message));
    expect(new Verifier(told.secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
    expect(() => new Verifier(newSecret()).verify(message.body, headers)).toThrow();
    expect(() => new Verifier(told.secret).verify(`${message.body} `, headers)).toThrow();
  });

  it('is made by both secrets until the earlier one’s time is over', () => {
    const signatures = new Signatures();
    const secrets = { secret: newSecret(), earlierSecret: newSecret() };
    const rotated = webhook({ ...secrets, earlierSecretUntil: new Date(message.timestamp.getTime() + 1) });
    const both = headersOf(signatures.of(rotated, message));
    for (const secret of Object.values(secrets)) {
      expect(new Verifier(secret).verify(message.body, both)).toEqual(JSON.parse(message.body));
    }
    const over = webhook({ ...secrets, earlierSecretUntil: message.timestamp });
    const one = headersOf(signatures.of(over, message));
    expect(new Verifier(secrets.secret).verify(message.body, one)).toBeDefined();
    expect(() => new Verifier(secrets.earlierSecret).verify(message.body, one)).toThrow();
  });
});
