export { StorageIdentityRepository, type StorageKind } from './storage-identity.repository.js';
export { StorageIdentity } from './storage-identity.service.js';
export { StorageIdentityModule } from './storage-identity.module.js';
