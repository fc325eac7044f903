import { availableParallelism } from 'node:os';
import { Module } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { UploadMemoryModule } from '@ekphrasis/images';
import { PictureMeasuring } from '@ekphrasis/pictures';
import { StorageIdentityModule } from '@ekphrasis/storage-identity';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { MeasurementsRepository } from './measurements.repository.js';
import { PictureMeasurements } from './picture-measurements.service.js';
import { RedController } from './red.controller.js';
import { RedSettings } from './red.settings.js';
import { ExpiredMeasurementsRepository } from './retention/expired-measurements.repository.js';
import { MeasurementRetention } from './retention/measurement-retention.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { Statistics } from './statistics/statistics.service.js';

@Module({
  imports: [MaintenanceModule, StorageIdentityModule, UploadMemoryModule],
  controllers: [StatisticsController, RedController],
  providers: [
    { provide: RedSettings, useFactory: () => readEnvironment(RedSettings) },
    {
      provide: PictureMeasuring,
      inject: [RedSettings],
      useFactory: ({ MEASURING_PROCESSES, DECODER_MEMORY_MB, DECODER_UID }: RedSettings) =>
        new PictureMeasuring(MEASURING_PROCESSES || availableParallelism(), {
          uid: DECODER_UID,
          memoryMebibytes: DECODER_MEMORY_MB,
        }),
    },
    ExpiredMeasurementsRepository,
    MeasurementRetention,
    MeasurementsRepository,
    PictureMeasurements,
    Statistics,
  ],
  exports: [MeasurementsRepository],
})
export class RedModule {}
