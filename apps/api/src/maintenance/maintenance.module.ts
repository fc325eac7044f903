import { Module } from '@nestjs/common';
import { MaintenanceTurns } from './maintenance-turns.js';
import { ExpiredRows } from './expired-rows.js';
import { Maintenance } from './maintenance.service.js';

@Module({ providers: [ExpiredRows, Maintenance, MaintenanceTurns], exports: [ExpiredRows, Maintenance] })
export class MaintenanceModule {}
