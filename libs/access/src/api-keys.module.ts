import { Module } from '@nestjs/common';
import { AccessService } from './access.service.js';
import { ApiKeysRepository } from './keys/api-keys.repository.js';

/** Clients by their keys, for processes that take calls over something else than HTTP. Needs `PersistenceModule`. */
@Module({ providers: [ApiKeysRepository, AccessService], exports: [ApiKeysRepository, AccessService] })
export class ApiKeysModule {}
