import { status } from '@grpc/grpc-js';
import { Catch, Logger, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import { statusOf } from './grpc-status.js';

/** Ends every call that fails with a canonical status. */
@Catch()
export class GrpcStatusFilter implements RpcExceptionFilter {
  private readonly logger = new Logger(GrpcStatusFilter.name);

  catch(error: unknown): Observable<never> {
    const answer = statusOf(error);
    if (answer.code === status.INTERNAL) this.logger.error({ err: error, msg: 'a call failed' });
    return throwError(() => answer);
  }
}
