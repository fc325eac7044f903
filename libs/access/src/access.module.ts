import { Module, type DynamicModule } from '@nestjs/common';
import { RequestLimits } from './limits/request-limits.js';
import type { AccessSettings } from './access.settings.js';
import { ApiKeysModule } from './api-keys.module.js';
import { Clients } from './clients/clients.service.js';
import { OperatorModule } from './operator/operator.module.js';
import { CallAccess } from './requests/call-access.js';
import { RequestAccess } from './requests/request-access.js';

/** Who calls over HTTP, and whether he may: what `OperatorsOnly`, `ClientsOnly` and `CallingClient` ask. Needs `PersistenceModule`. */
@Module({})
export class AccessModule {
  /** @param settings by default read from the environment when the app is created */
  static forRoot(settings?: Partial<AccessSettings>): DynamicModule {
    return {
      module: AccessModule,
      global: true,
      imports: [OperatorModule.forRoot(settings), ApiKeysModule],
      providers: [CallAccess, RequestAccess, RequestLimits, Clients],
      exports: [ApiKeysModule, CallAccess, Clients],
    };
  }
}
