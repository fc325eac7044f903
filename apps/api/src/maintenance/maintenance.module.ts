import { Module } from '@nestjs/common';
import { MaintenanceTurns } from './maintenance-turns.js';

@Module({ providers: [MaintenanceTurns], exports: [MaintenanceTurns] })
export class MaintenanceModule {}
