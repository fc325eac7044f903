import { Logger } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import { Duration, InvalidEnvironmentError, readEnvironment, Setting } from '@ekphrasis/configuration';
import { randomBytes } from 'node:crypto';

const madeBytes = 32;

/** How users' tokens are signed. */
export class TokenSettings {
  /**
   * The secret of the signatures (HS256), of 32 characters at least where it is to be safe; the same for all processes. It has to
   * be set in production. Elsewhere one is made for each process where it is not, so that tokens end with their process.
   */
  @IsOptional()
  @Setting<string>({ expected: 'a text', parse: (text) => text, accepts: (secret) => secret.length > 0 })
  JWT_SECRET?: string;

  /** For how long a token is good, in milliseconds. */
  @Duration(1_000) JWT_LIFETIME_MS = 3_600_000;
}

/**
 * @returns the settings, with a secret that was made where none is set
 * @throws {InvalidEnvironmentError} where none is set in production
 */
export function readTokenSettings(): Readonly<TokenSettings & { JWT_SECRET: string }> {
  const settings = readEnvironment(TokenSettings);
  if (settings.JWT_SECRET !== undefined) return { ...settings, JWT_SECRET: settings.JWT_SECRET };
  if (process.env.NODE_ENV === 'production') {
    throw new InvalidEnvironmentError(['Expected a text of 32 characters or more for JWT_SECRET but received nothing']);
  }
  new Logger('Tokens').warn('JWT_SECRET is not set: tokens are good for this process alone');
  return { ...settings, JWT_SECRET: randomBytes(madeBytes).toString('base64url') };
}
