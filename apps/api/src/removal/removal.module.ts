import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { ImageRetention } from './image-retention.js';
import { RemovalController } from './removal.controller.js';
import { RemovalRepository } from './removal.repository.js';
import { Removal } from './removal.service.js';

@Module({
  imports: [ImagesModule, MaintenanceModule],
  controllers: [RemovalController],
  providers: [ImageRetention, Removal, RemovalRepository],
})
export class RemovalModule {}
