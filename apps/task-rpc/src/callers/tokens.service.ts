import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { RequestRefusedError } from '../requests/request.errors.js';
import type { TokenKeys } from './token-keys.js';

/** How far the clocks of two of our machines may be apart, in seconds. */
const clockToleranceS = 5;

/** Makes and reads users' tokens (RFC 7519). */
@Injectable()
export class Tokens {
  private readonly jwt: JwtService;

  constructor({ algorithm, signing, checking }: TokenKeys, lifetimeMs: number) {
    this.jwt = new JwtService({
      privateKey: signing,
      publicKey: checking,
      signOptions: { algorithm, expiresIn: Math.floor(lifetimeMs / 1_000) },
      verifyOptions: { algorithms: [algorithm], clockTolerance: clockToleranceS },
    });
  }

  /** A token that says who its bearer is, for as long as the settings say. */
  of(userId: string): string {
    return this.jwt.sign({}, { subject: userId });
  }

  /**
   * @returns the user's id
   * @throws {RequestRefusedError} for a token that we did not sign, is expired, or names no user
   */
  userOf(token: string): string {
    if (token === '') throw new RequestRefusedError('bad token: Expected a token for auth but received none');
    try {
      const { sub, exp } = this.jwt.verify<{ sub?: unknown; exp?: unknown }>(token);
      if (typeof sub === 'string' && typeof exp === 'number') return sub;
    } catch (error) {
      const what = (error as Error).name === 'TokenExpiredError' ? 'an expired one' : 'another';
      throw new RequestRefusedError(`bad token: Expected a token of ours for auth but received ${what}`);
    }
    throw new RequestRefusedError('bad token: Expected a token with sub and exp for auth but received another');
  }
}
