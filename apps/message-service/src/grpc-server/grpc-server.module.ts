import { Module } from '@nestjs/common';
import { ConnectionDrainingModule } from '@ekphrasis/service';
import { Caller } from './caller.js';
import { GrpcMetrics } from './grpc-metrics.js';
import { GrpcServer } from './grpc-server.js';
import { GrpcStatusFilter } from './grpc-status.filter.js';

@Module({
  imports: [ConnectionDrainingModule],
  providers: [Caller, GrpcMetrics, GrpcServer, GrpcStatusFilter],
  exports: [Caller, GrpcServer, GrpcStatusFilter],
})
export class GrpcServerModule {}
