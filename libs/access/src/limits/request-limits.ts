import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooManyRequestsError } from '../access.errors.js';
import { AccessSettings } from '../access.settings.js';
import { networkOf } from './network-of.js';
import { RequestCounts } from './request-counts.js';

/**
 * Holds each client, and each address without a key, to so many requests a minute, and tells it where it stands by the headers of
 * draft-ietf-httpapi-ratelimit-headers: `RateLimit` and `RateLimit-Policy` of its present form, and the three fields of its
 * first ones, which most clients read.
 */
@Injectable()
export class RequestLimits {
  private readonly limit: number;
  private readonly policy: string;
  private readonly counts: RequestCounts;

  constructor({ REQUESTS_PER_MINUTE: limit }: AccessSettings) {
    this.limit = limit;
    this.policy = `"requests";q=${limit};w=60`;
    this.counts = new RequestCounts(limit);
  }

  /** Counts a request. @returns why it is refused, where it is one too many */
  refusalOf(request: FastifyRequest, reply: FastifyReply): TooManyRequestsError | undefined {
    if (this.limit === 0) return undefined;
    const caller = request.callingClient ?? networkOf(request.ip);
    const { left, seconds } = this.counts.count(caller, performance.now());
    const remaining = Math.max(left, 0);
    void reply.headers({
      'ratelimit-policy': this.policy,
      ratelimit: `"requests";r=${remaining};t=${seconds}`,
      'ratelimit-limit': this.limit,
      'ratelimit-remaining': remaining,
      'ratelimit-reset': seconds,
    });
    if (left >= 0) return undefined;
    void reply.header('retry-after', seconds);
    return new TooManyRequestsError(this.limit);
  }
}
