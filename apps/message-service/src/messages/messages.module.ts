import { Module } from '@nestjs/common';
import { GrpcServerModule } from '../grpc-server/grpc-server.module.js';
import { Factorials } from './factorials.js';
import { MessageController } from './message.controller.js';

@Module({ imports: [GrpcServerModule], controllers: [MessageController], providers: [Factorials] })
export class MessagesModule {}
