import { Module, type DynamicModule } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { AccessSettings } from '../access.settings.js';
import { OperatorToken } from './operator-token.js';

/** What `OperatorsOnly` asks, for all modules of an app. */
@Module({})
export class OperatorModule {
  /** @param settings by default read from the environment when the app is created */
  static forRoot(settings?: Partial<AccessSettings>): DynamicModule {
    return {
      module: OperatorModule,
      global: true,
      providers: [
        {
          provide: AccessSettings,
          useFactory: () =>
            settings ? Object.assign(new AccessSettings(), settings) : readEnvironment(AccessSettings),
        },
        OperatorToken,
      ],
      exports: [AccessSettings, OperatorToken],
    };
  }
}
