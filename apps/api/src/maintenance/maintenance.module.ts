import { Module } from '@nestjs/common';
import { MaintenanceTurns } from './maintenance-turns.js';
import { Maintenance } from './maintenance.service.js';

@Module({ providers: [Maintenance, MaintenanceTurns], exports: [Maintenance] })
export class MaintenanceModule {}
