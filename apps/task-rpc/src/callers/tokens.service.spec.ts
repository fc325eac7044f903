import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenKeys } from './token-keys.js';
import { Tokens } from './tokens.service.js';

const lifetimeMs = 60_000;
const secret = 'a secret of thirty-two characters or more';
const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const pem = (key: KeyObject): string =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();
const settings = { JWT_LIFETIME_MS: lifetimeMs };
const now = (): number => Math.floor(Date.now() / 1_000);

const encoded = (...parts: object[]): string =>
  parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
const byHmac = (header: object, claims: object, key: string, digest = 'sha256'): string => {
  const text = encoded(header, claims);
  return `${text}.${createHmac(digest, key).update(text).digest('base64url')}`;
};
const byRsa = (header: object, claims: object, key = pair.privateKey, digest = 'sha256'): string => {
  const text = encoded(header, claims);
  return `${text}.${createSign(digest).update(text).sign(key, 'base64url')}`;
};

describe('tokens', () => {
  let directory: string;
  let file: string;
  const made = new Map<string, Tokens>();

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ekphrasis-keys-'));
    file = join(directory, 'key.pem');
    writeFileSync(file, pem(pair.privateKey));
    made.set('HS256', new Tokens(tokenKeys({ ...settings, JWT_SECRET: secret }), lifetimeMs));
    made.set(
      'RS256',
      new Tokens(tokenKeys({ ...settings, JWT_SECRET: secret, JWT_PRIVATE_KEY_FILE: file }), lifetimeMs),
    );
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const signedBy: Record<string, (claims: object) => string> = {
    HS256: (claims) => byHmac({ alg: 'HS256' }, claims, secret),
    RS256: (claims) => byRsa({ alg: 'RS256' }, claims),
  };

  describe.each(['HS256', 'RS256'])('by %s', (algorithm) => {
    const userOf = (token: string): string => made.get(algorithm)!.userOf(token);
    const sign = (claims: object): string => signedBy[algorithm]!({ sub: 'ada', ...claims });

    it('name their user for as long as the settings say', () => {
      const token = made.get(algorithm)!.of('ada');
      expect(userOf(token)).toBe('ada');
      const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
      expect(JSON.parse(header!)).toMatchObject({ alg: algorithm });
      const { exp, iat } = JSON.parse(claims!) as { exp: number; iat: number };
      expect(exp - iat).toBe(lifetimeMs / 1_000);
    });

    it('are good with a clock that is a few seconds off, and not with one that is further off', () => {
      expect(userOf(sign({ exp: now() - 2 }))).toBe('ada');
      expect(() => userOf(sign({ exp: now() - 20 }))).toThrow(
        'bad token: Expected a token of ours for auth but received an expired one',
      );
      expect(userOf(sign({ exp: now() + 60, nbf: now() + 2 }))).toBe('ada');
      expect(() => userOf(sign({ exp: now() + 60, nbf: now() + 20 }))).toThrow('bad token');
    });

    it('are refused without an end, and without a user', () => {
      expect(() => userOf(sign({}))).toThrow('bad token');
      expect(() => userOf(sign({ exp: now() + 60, sub: undefined }))).toThrow('bad token');
      expect(() => userOf(sign({ exp: now() + 60, sub: 7 }))).toThrow('bad token');
      expect(() => userOf(sign({ exp: 'never' }))).toThrow('bad token');
    });

    it('are refused when they are signed otherwise, or not at all', () => {
      const claims = { sub: 'ada', exp: now() + 60 };
      const { privateKey: another } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const refused = [
        `${encoded({ alg: 'none' }, claims)}.`,
        `${encoded({ alg: 'NONE' }, claims)}.`,
        `${encoded({ alg: 'none' }, claims)}.${sign(claims).split('.')[2]}`,
        `${sign(claims).split('.').slice(0, 2).join('.')}.`,
        `${encoded({ alg: algorithm }, { ...claims, sub: 'eve' })}.${sign(claims).split('.')[2]}`,
        byHmac({ alg: 'HS512' }, claims, secret, 'sha512'),
        byRsa({ alg: 'RS512' }, claims, pair.privateKey, 'sha512'),
        byHmac({ alg: 'HS256' }, claims, 'another secret'),
        byRsa({ alg: 'RS256' }, claims, another),
        // a public key is known to everybody: it is no secret to sign with
        byHmac({ alg: 'HS256' }, claims, pem(pair.publicKey)),
        // a key that the token itself brings
        byRsa({ alg: 'RS256', jwk: another.export({ format: 'jwk' }) }, claims, another),
        signedBy[algorithm === 'HS256' ? 'RS256' : 'HS256']!(claims),
        'a.b.c',
        '',
      ];
      for (const token of refused) expect(() => userOf(token)).toThrow('bad token');
      expect(userOf(sign(claims))).toBe('ada');
    });
  });

  it.each([
    ['no file', undefined, 'ENOENT'],
    ['no key', 'nonsense', 'cannot be read'],
    ['a public key', pem(pair.publicKey), 'cannot be read'],
    ['a short key', pem(generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey), '2048 bits'],
    ['a key of a curve', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), 'another kind'],
  ])('have a key file that will do, or stop the start: %s', (name, content, said) => {
    const bad = join(directory, `${name}.pem`);
    if (content !== undefined) writeFileSync(bad, content);
    expect(() => tokenKeys({ ...settings, JWT_PRIVATE_KEY_FILE: bad })).toThrow(
      new RegExp(`JWT_PRIVATE_KEY_FILE .*${said}`),
    );
  });

  it('have a secret in production, or a key file', () => {
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = 'production';
    try {
      expect(() => tokenKeys(settings)).toThrow(/JWT_SECRET.* received neither/);
      expect(() => tokenKeys({ ...settings, JWT_SECRET: 'short' })).toThrow(/32 characters.* received a shorter one/);
      expect(tokenKeys({ ...settings, JWT_SECRET: secret }).algorithm).toBe('HS256');
      expect(tokenKeys({ ...settings, JWT_PRIVATE_KEY_FILE: file }).algorithm).toBe('RS256');
    } finally {
      process.env.NODE_ENV = NODE_ENV;
    }
  });
});
