import { Module } from '@nestjs/common';
import { ConnectionDraining } from './connection-draining.js';

@Module({ providers: [ConnectionDraining], exports: [ConnectionDraining] })
export class ConnectionDrainingModule {}
