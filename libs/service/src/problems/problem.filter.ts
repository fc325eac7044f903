import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, type ProblemKinds } from './problem-document.js';

/** Answers every error with a problem document (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  /** @param kinds those of the app's own errors */
  constructor(private readonly kinds: ProblemKinds = {}) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const problem = problemOf(error, this.kinds);
    if (problem.status >= 500) {
      this.logger.error(`${request.method} ${request.url.split('?')[0]}: ${problem.code}`, (error as Error)?.stack);
    }
    if (reply.sent) return;
    if (problem.retryAfter) void reply.header('retry-after', problem.retryAfter);
    void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
