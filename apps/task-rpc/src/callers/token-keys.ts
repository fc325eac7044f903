import { Logger } from '@nestjs/common';
import { InvalidEnvironmentError } from '@ekphrasis/configuration';
import { createPrivateKey, createPublicKey, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TokenSettings } from './token.settings.js';

const madeBytes = 32;
const shortestSecret = 32;
const shortestModulus = 2_048;

/** What tokens are signed with, and checked; no other algorithm is taken. */
export interface TokenKeys {
  readonly algorithm: 'HS256' | 'RS256';
  readonly signing: KeyObject;
  readonly checking: KeyObject;
  /** A secret for digests: the same for all processes whose tokens are the same. */
  readonly digesting: string | Buffer;
}

/** What there is of them, for injection. */
export const TOKEN_KEYS = Symbol('token keys');

/** @throws {InvalidEnvironmentError} for a file that holds no key that will do, and in production where there is no key at all */
export function tokenKeys({ JWT_PRIVATE_KEY_FILE: file, JWT_SECRET: secret }: TokenSettings): TokenKeys {
  if (file !== undefined) return keysOfFile(file);
  const isProduction = process.env.NODE_ENV === 'production';
  if (isProduction && (secret === undefined || secret.length < shortestSecret)) {
    const expected = `Expected a text of ${shortestSecret} characters or more for JWT_SECRET, or JWT_PRIVATE_KEY_FILE,`;
    throw new InvalidEnvironmentError([
      `${expected} but received ${secret === undefined ? 'neither' : 'a shorter one'}`,
    ]);
  }
  if (secret !== undefined) return keysOfSecret(secret);
  new Logger('Tokens').warn('JWT_SECRET is not set: tokens are good for this process alone');
  return keysOfSecret(randomBytes(madeBytes).toString('base64url'));
}

function keysOfSecret(secret: string): TokenKeys {
  // a key, not the text: jsonwebtoken would try to read a public key from that for each token
  const key = createSecretKey(secret, 'utf8');
  return { algorithm: 'HS256', signing: key, checking: key, digesting: secret };
}

function keysOfFile(file: string): TokenKeys {
  const signing = readPrivateKey(file);
  const { modulusLength = 0 } = signing.asymmetricKeyDetails ?? {};
  if (signing.asymmetricKeyType !== 'rsa' || modulusLength < shortestModulus) {
    throw unusable(file, `a key of another kind, or of fewer than ${shortestModulus} bits`);
  }
  const digesting = signing.export({ type: 'pkcs8', format: 'der' });
  return { algorithm: 'RS256', signing, checking: createPublicKey(signing), digesting };
}

function readPrivateKey(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    throw unusable(file, `one that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no such key'})`);
  }
}

function unusable(file: string, received: string): InvalidEnvironmentError {
  return new InvalidEnvironmentError([
    `Expected a file with an RSA private key (PEM) for JWT_PRIVATE_KEY_FILE but received ${received}: ${file}`,
  ]);
}
