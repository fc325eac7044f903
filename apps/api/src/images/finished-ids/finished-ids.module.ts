import { Module } from '@nestjs/common';
import { DescribedIdsRepository } from './described-ids.repository.js';
import { ProcessedIdsRegistry } from './processed-ids-registry.js';

@Module({
  providers: [DescribedIdsRepository, ProcessedIdsRegistry],
  exports: [DescribedIdsRepository, ProcessedIdsRegistry],
})
export class FinishedIdsModule {}
