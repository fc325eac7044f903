import { Module } from '@nestjs/common';
import { ConnectionDrainingModule } from '@ekphrasis/service';
import { GrpcMetrics } from './grpc-metrics.js';
import { GrpcServer } from './grpc-server.js';

@Module({ imports: [ConnectionDrainingModule], providers: [GrpcMetrics, GrpcServer], exports: [GrpcServer] })
export class GrpcServerModule {}
