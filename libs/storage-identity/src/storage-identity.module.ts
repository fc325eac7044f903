import { Module } from '@nestjs/common';
import { StorageIdentityRepository } from './storage-identity.repository.js';
import { StorageIdentity } from './storage-identity.service.js';

@Module({
  providers: [StorageIdentity, StorageIdentityRepository],
  exports: [StorageIdentity, StorageIdentityRepository],
})
export class StorageIdentityModule {}
