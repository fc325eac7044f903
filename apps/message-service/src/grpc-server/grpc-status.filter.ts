import { status } from '@grpc/grpc-js';
import { Catch, Injectable, Logger, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import { statusOf, type GrpcStatus } from './grpc-status.js';

/** Ends every call that fails with a canonical status. */
@Catch()
@Injectable()
export class GrpcStatusFilter implements RpcExceptionFilter {
  private readonly logger = new Logger(GrpcStatusFilter.name);

  catch(error: unknown): Observable<never> {
    return throwError(() => this.statusOf(error));
  }

  /** What the client is told; what nobody foresaw is logged. */
  statusOf(error: unknown): GrpcStatus {
    const answer = statusOf(error);
    if (answer.code === status.INTERNAL) this.logger.error({ err: error, msg: 'a call failed' });
    return answer;
  }
}
