import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { StorageIdentityModule } from '@ekphrasis/storage-identity';
import { OrphanSweep } from './orphan-sweep.service.js';
import { OrphansRepository } from './orphans.repository.js';

@Module({
  imports: [MaintenanceModule, StorageIdentityModule],
  providers: [OrphanSweep, OrphansRepository],
})
export class OrphansModule {}
